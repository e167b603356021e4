package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.model.EarlyNoise;
import dev.meshd.control.noise.NoiseException;
import dev.meshd.control.noise.NoiseSession;
import dev.meshd.control.noise.ResponderHandshake;
import dev.meshd.crypto.ChallengeKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.X25519;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * The server's side of the upgrade, for any Netty HTTP/1.1 server: give it the request to {@link
 * ControlUpgrade#PATH} and it turns the connection into
 *
 * <pre>
 *   [TLS] → Noise records → HTTP/2 → one {@link ControlExchange} per request
 * </pre>
 *
 * The 101 goes out before the Noise message is looked at; the Noise response and the early payload
 * follow in the same write. Thread-safe: one instance serves all connections. Source: tailscale:
 * control/controlhttp/controlhttpserver.
 */
public final class NoiseUpgradeServer {
  /** Largest request body. */
  public static final int MAX_BODY_BYTES = 1 << 20;

  private static final int MAX_STREAMS = 250;

  private final MachinePrivateKey key;
  private final SecureRandomSource random;
  private final ControlRequestHandler handler;

  /**
   * Serves channels whose static key is {@code key}; the caller keeps and closes the key.
   *
   * @param handler receives the requests of every connection
   */
  public NoiseUpgradeServer(
      MachinePrivateKey key, SecureRandomSource random, ControlRequestHandler handler) {
    this.key = key;
    this.random = random;
    this.handler = handler;
  }

  /**
   * Upgrades the connection, or answers why not. Must be called on the event loop, from a handler
   * behind an {@link HttpServerCodec}; on success every handler from that codec on is removed from
   * the pipeline.
   *
   * @param request borrowed until return
   */
  public void upgrade(ChannelHandlerContext ctx, HttpRequest request) {
    String protocol = request.headers().get(HttpHeaderNames.UPGRADE, "").toLowerCase(Locale.ROOT);
    String handshake = request.headers().get(ControlUpgrade.HANDSHAKE_HEADER, "");
    if (protocol.isEmpty()) {
      refuse(ctx, "missing next protocol");
    } else if (!protocol.equals(ControlUpgrade.PROTOCOL)) {
      refuse(ctx, "unknown next protocol");
    } else if (handshake.isEmpty()) {
      refuse(ctx, "missing Tailscale handshake header");
    } else {
      byte[] initiation;
      try {
        initiation = Base64.getDecoder().decode(handshake);
      } catch (IllegalArgumentException e) {
        refuse(ctx, "invalid tailscale handshake header");
        return;
      }
      switchProtocols(ctx, initiation);
    }
  }

  private void switchProtocols(ChannelHandlerContext ctx, byte[] initiation) {
    FullHttpResponse switching =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    switching.headers().set(HttpHeaderNames.UPGRADE, ControlUpgrade.PROTOCOL);
    switching.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    ctx.write(switching).addListener(FIRE_EXCEPTION_ON_FAILURE);
    Channel channel = ctx.channel();
    removeHttp(channel.pipeline());

    String fault = ResponderHandshake.fault(initiation);
    if (!fault.isEmpty()) {
      channel
          .writeAndFlush(Unpooled.wrappedBuffer(ResponderHandshake.errorFrame(fault)))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    try {
      ResponderHandshake.Accepted accepted = ResponderHandshake.accept(key, initiation, random);
      channel
          .write(Unpooled.wrappedBuffer(accepted.response()))
          .addListener(FIRE_EXCEPTION_ON_FAILURE);
      channel.pipeline().addLast(new NoiseChannelHandler(accepted.session()));
      channel
          .write(EarlyPayload.encode(new EarlyNoise(freshChallenge())))
          .addListener(FIRE_EXCEPTION_ON_FAILURE);
      addHttp2(channel.pipeline(), accepted.session());
      channel.flush();
    } catch (NoiseException e) {
      // The client meant another server key; an error text would not be authentic, so there is
      // none.
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Removes the HTTP/1.1 codec and everything behind it; TLS in front of it stays. */
  private static void removeHttp(ChannelPipeline pipeline) {
    while (pipeline.get(HttpServerCodec.class) != null) {
      pipeline.removeLast();
    }
  }

  private void addHttp2(ChannelPipeline pipeline, NoiseSession session) {
    pipeline.addLast(
        Http2FrameCodecBuilder.forServer()
            .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(MAX_STREAMS))
            .build());
    pipeline.addLast(
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream
                    .pipeline()
                    .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                    .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                    .addLast(new ExchangeHandler(session, handler));
              }
            }));
    pipeline.addLast(new ConnectionEndHandler());
  }

  /** A public key whose private half nobody keeps: no client answers the challenge. */
  private ChallengeKey freshChallenge() {
    byte[] secret = new byte[X25519.LENGTH];
    random.fill(secret);
    return ChallengeKey.of(X25519.publicKey(secret));
  }

  private static void refuse(ChannelHandlerContext ctx, String reason) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.BAD_REQUEST,
            Unpooled.copiedBuffer(reason + "\n", StandardCharsets.UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
