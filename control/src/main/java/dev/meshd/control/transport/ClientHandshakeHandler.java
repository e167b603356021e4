package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.noise.InitiatorHandshake;
import dev.meshd.control.noise.NoiseException;
import dev.meshd.control.noise.NoiseSession;
import dev.meshd.control.transport.ControlConnectionException.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Waits for the Noise response, then puts records and HTTP/2 into the pipeline, hands over what it
 * has read beyond the response, and leaves. Runs on the event loop of its channel.
 */
final class ClientHandshakeHandler extends ChannelInboundHandlerAdapter {
  /** Room for a large map without waiting for window updates. */
  private static final int STREAM_WINDOW_BYTES = 1 << 20;

  private final DialAttempt attempt;
  private final InitiatorHandshake handshake;
  private final CompletableFuture<NoiseConnection> result;

  ClientHandshakeHandler(
      DialAttempt attempt,
      InitiatorHandshake handshake,
      CompletableFuture<NoiseConnection> result) {
    this.attempt = attempt;
    this.handshake = handshake;
    this.result = result;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      ByteBuffer input = bytes.nioBuffer();
      Optional<NoiseSession> session = handshake.onBytes(input);
      if (session.isPresent()) {
        bytes.skipBytes(bytes.readableBytes() - input.remaining());
        establish(ctx, session.get(), bytes.retain());
      }
    } catch (NoiseException e) {
      fail(ctx, "the handshake with " + attempt + " failed: " + e.getMessage());
    } finally {
      bytes.release();
    }
  }

  private void establish(ChannelHandlerContext ctx, NoiseSession session, ByteBuf overRead) {
    ChannelPipeline pipeline = ctx.pipeline();
    ConnectionEndHandler end = new ConnectionEndHandler(() -> {});
    pipeline.addLast(new NoiseChannelHandler(session, () -> {}));
    pipeline.addLast(new EarlyPayloadDecoder());
    pipeline.addLast(
        Http2FrameCodecBuilder.forClient()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW_BYTES))
            .build());
    pipeline.addLast(new Http2MultiplexHandler(new RefusedStream()));
    pipeline.addLast(end);
    NoiseConnection connection = new NoiseConnection(ctx.channel(), session, attempt, end);
    ctx.flush();
    if (overRead.isReadable()) {
      ctx.fireChannelRead(overRead);
    } else {
      overRead.release();
    }
    pipeline.remove(this);
    if (!result.complete(connection)) {
      connection.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(
        ctx,
        attempt
            + " closed the connection during the Noise handshake: its key is not the one we know,"
            + " or it does not talk to clients of our version");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(
        ctx, "the connection to " + attempt + " broke during the handshake: " + cause.getMessage());
  }

  private void fail(ChannelHandlerContext ctx, String message) {
    result.completeExceptionally(new ControlConnectionException(Kind.HANDSHAKE, message));
    ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }
}
