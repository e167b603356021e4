package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * First in the pipeline of a request's stream: resets the stream when its request is not complete
 * in time, or its body finds no room. Runs on the event loop of its channel.
 */
final class RequestIntake extends ChannelInboundHandlerAdapter {
  private final NoiseServerLimits limits;
  private final SharedBodySpace space;
  private final ControlStats stats;
  private @Nullable ScheduledFuture<?> deadline;
  private long received;
  private long taken;

  RequestIntake(NoiseServerLimits limits, SharedBodySpace space, ControlStats stats) {
    this.limits = limits;
    this.space = space;
    this.stats = stats;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(
                () -> giveUp(ctx, stats.requestsLate),
                limits.requestTime().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpContent content && !account(content.content().readableBytes())) {
      ReferenceCountUtil.release(message);
      giveUp(ctx, stats.bodiesRefused);
      return;
    }
    boolean complete = message instanceof LastHttpContent;
    ctx.fireChannelRead(message);
    if (complete) {
      stats.requests.increment();
      finish();
    }
  }

  private boolean account(int bytes) {
    received += bytes;
    if (received > limits.bodyBytes()) {
      return false;
    }
    long needed = Math.max(0, received - NoiseServerLimits.FREE_BODY_BYTES) - taken;
    if (needed > 0) {
      if (!space.tryTake(needed)) {
        return false;
      }
      taken += needed;
    }
    return true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    finish();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    finish();
  }

  private void giveUp(ChannelHandlerContext ctx, LongAdder counter) {
    counter.increment();
    finish();
    ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }

  private void finish() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
    space.giveBack(taken);
    taken = 0;
  }
}
