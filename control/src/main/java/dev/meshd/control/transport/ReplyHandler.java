package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.transport.ControlConnectionException.Kind;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Turns the frames of one stream into a {@link ReplyStream}. Runs on the event loop of its
 * connection.
 */
final class ReplyHandler extends ChannelInboundHandlerAdapter {
  private final DialAttempt attempt;
  private final CompletableFuture<ReplyStream> reply;
  private @Nullable ReplyStream stream;

  ReplyHandler(DialAttempt attempt, CompletableFuture<ReplyStream> reply) {
    this.attempt = attempt;
    this.reply = reply;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      switch (message) {
        case Http2HeadersFrame headers -> onHeaders(ctx, headers);
        case Http2DataFrame data -> onData(data);
        case Http2ResetFrame reset ->
            onEnd("the server reset the request, code " + reset.errorCode());
        default -> ctx.read();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHeaders(ChannelHandlerContext ctx, Http2HeadersFrame headers) {
    if (stream == null) {
      CharSequence status = headers.headers().status();
      if (status == null
          || status.length() != 3
          || !status.chars().allMatch(c -> c >= '0' && c <= '9')) {
        onEnd("the server sent a reply without status");
        ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
        return;
      }
      if (status.charAt(0) == '1') {
        ctx.read();
        return;
      }
      CharSequence retryAfter = headers.headers().get("retry-after");
      stream =
          new ReplyStream(
              ctx.channel(),
              Integer.parseInt(status.toString()),
              retryAfter == null ? "" : retryAfter.toString());
      reply.complete(stream);
    }
    if (headers.isEndStream()) {
      stream.onEnd();
    }
  }

  private void onData(Http2DataFrame data) {
    if (stream == null) {
      return;
    }
    if (data.content().isReadable()) {
      stream.onBytes(ByteBufUtil.getBytes(data.content()));
    }
    if (data.isEndStream()) {
      stream.onEnd();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (stream == null || stream.wantsMore()) {
      ctx.read();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    onEnd("the connection to " + attempt + " was lost");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    onEnd("the stream broke: " + cause.getMessage());
    ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }

  private void onEnd(String message) {
    ControlConnectionException failure = new ControlConnectionException(Kind.LOST, message);
    reply.completeExceptionally(failure);
    if (stream != null) {
      stream.onFailure(failure);
    }
  }
}
