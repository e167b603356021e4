package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.noise.NoiseException;
import dev.meshd.control.noise.NoiseSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CoalescingBufferQueue;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the Noise record layer into a pipeline: bytes of records towards the network, plain bytes
 * towards the tail. What is written between two flushes shares records. A record that does not
 * authenticate closes the connection. Runs on the event loop of its channel; works in both roles.
 */
final class NoiseChannelHandler extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(NoiseChannelHandler.class);

  private final NoiseSession session;
  private final Runnable onBroken;
  private @Nullable CoalescingBufferQueue pending;
  private boolean broken;

  /**
   * @param onBroken called when a record of the other side ends the connection
   */
  NoiseChannelHandler(NoiseSession session, Runnable onBroken) {
    this.session = session;
    this.onBroken = onBroken;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    pending = new CoalescingBufferQueue(ctx.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf wire)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      if (broken) {
        return;
      }
      session
          .reader()
          .read(wire.nioBuffer(), plain -> ctx.fireChannelRead(Unpooled.wrappedBuffer(plain)));
    } catch (NoiseException e) {
      LOG.debug("closing {}: {}", ctx.channel(), e.getMessage());
      broken = true;
      onBroken.run();
      ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
    } finally {
      wire.release();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf plain && pending != null) {
      pending.add(plain, promise);
    } else {
      ReferenceCountUtil.release(message);
      promise.setFailure(new UnsupportedOperationException("only bytes go into a Noise channel"));
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    seal(ctx);
    ctx.flush();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    failPending();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    failPending();
    ctx.fireChannelInactive();
  }

  private void seal(ChannelHandlerContext ctx) {
    if (pending == null || pending.isEmpty()) {
      return;
    }
    ChannelPromise promise = ctx.newPromise();
    ByteBuf plain = pending.remove(pending.readableBytes(), promise);
    try {
      byte[] records = session.writer().write(plain.nioBuffer());
      ctx.write(Unpooled.wrappedBuffer(records), promise).addListener(FIRE_EXCEPTION_ON_FAILURE);
    } catch (NoiseException e) {
      promise.setFailure(e);
      ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
    } finally {
      plain.release();
    }
  }

  private void failPending() {
    if (pending != null && !pending.isEmpty()) {
      pending.releaseAndFailAll(new java.nio.channels.ClosedChannelException());
    }
  }
}
