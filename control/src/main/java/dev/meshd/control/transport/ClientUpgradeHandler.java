package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.noise.InitiatorHandshake;
import dev.meshd.control.transport.ControlConnectionException.Kind;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;

/**
 * Asks for the upgrade on a fresh connection and, on 101, makes way for {@link
 * ClientHandshakeHandler}. Bytes that came in the same segment as the 101 head are passed on to it.
 * Any other answer fails the attempt. Runs on the event loop of its channel.
 */
final class ClientUpgradeHandler extends ChannelInboundHandlerAdapter {
  private final DialAttempt attempt;
  private final InitiatorHandshake handshake;
  private final CompletableFuture<NoiseConnection> result;
  private boolean asked;

  ClientUpgradeHandler(
      DialAttempt attempt,
      InitiatorHandshake handshake,
      CompletableFuture<NoiseConnection> result) {
    this.attempt = attempt;
    this.handshake = handshake;
    this.result = result;
  }

  /** Sends the request once TCP, and TLS where there is any, are up. */
  void ask(ChannelHandlerContext ctx) {
    if (asked) {
      return;
    }
    asked = true;
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, ControlUpgrade.PATH, Unpooled.EMPTY_BUFFER);
    int defaultPort = attempt.tls() ? 443 : 80;
    String host = attempt.host().indexOf(':') >= 0 ? "[" + attempt.host() + "]" : attempt.host();
    request
        .headers()
        .set(
            HttpHeaderNames.HOST,
            attempt.port() == defaultPort ? host : host + ":" + attempt.port())
        .set(HttpHeaderNames.UPGRADE, ControlUpgrade.PROTOCOL)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.CONTENT_LENGTH, "0")
        .set(ControlUpgrade.HANDSHAKE_HEADER, handshake.initiationHeader());
    ctx.writeAndFlush(request).addListener(FIRE_EXCEPTION_ON_FAILURE);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!attempt.tls()) {
      ask(ctx);
    }
    ctx.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof io.netty.handler.ssl.SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        ask(ctx);
      } else {
        fail(ctx, Kind.UNREACHABLE, "TLS with " + attempt + " failed: " + tls.cause().getMessage());
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response && !isUpgrade(response)) {
        fail(
            ctx,
            Kind.NOT_A_CONTROL_SERVER,
            attempt + " is not a control server: it answers the upgrade with " + response.status());
      } else if (message instanceof HttpObject
          && message instanceof LastHttpContent
          && !result.isDone()) {
        ctx.pipeline().addLast(new ClientHandshakeHandler(attempt, handshake, result));
        ctx.pipeline().remove(this);
        ctx.pipeline().remove(HttpClientCodec.class);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(
        ctx, Kind.NOT_A_CONTROL_SERVER, attempt + " closed the connection instead of upgrading it");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, Kind.NOT_A_CONTROL_SERVER, attempt + " does not speak HTTP: " + cause.getMessage());
  }

  private static boolean isUpgrade(HttpResponse response) {
    return response.decoderResult().isSuccess()
        && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
        && ControlUpgrade.PROTOCOL.equals(response.headers().get(HttpHeaderNames.UPGRADE));
  }

  private void fail(ChannelHandlerContext ctx, Kind kind, String message) {
    result.completeExceptionally(new ControlConnectionException(kind, message));
    ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }
}
