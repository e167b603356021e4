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
 * Each connection is held to the {@link NoiseServerLimits}; whatever is refused or given up is
 * counted in {@link #stats()}.
 *
 * <p>The 101 goes out before the Noise message is looked at; the Noise response and the early
 * payload follow in the same write. Thread-safe: one instance serves all connections. Source:
 * tailscale: control/controlhttp/controlhttpserver.
 */
public final class NoiseUpgradeServer {
  // What HTTP/2 lets a client do to a server, bounded by Netty: a connection that goes beyond ends.
  private static final int MAX_HEADER_BYTES = 8 * 1024;
  private static final int MAX_RESETS = 200;
  private static final int MAX_RESETS_CAUSED = 200;
  private static final int RESETS_WINDOW_S = 30;
  private static final int MAX_EMPTY_DATA_FRAMES = 2;
  private static final int MAX_SMALL_CONTINUATIONS = 16;
  private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;

  private final MachinePrivateKey key;
  private final SecureRandomSource random;
  private final ControlRequestHandler handler;
  private final NoiseServerLimits limits;
  private final SharedBodySpace bodySpace;
  private final ControlStats stats = new ControlStats();

  /**
   * Serves channels whose static key is {@code key}; the caller keeps and closes the key.
   *
   * @param handler receives the requests of every connection
   */
  public NoiseUpgradeServer(
      MachinePrivateKey key, SecureRandomSource random, ControlRequestHandler handler) {
    this(key, random, handler, NoiseServerLimits.standard());
  }

  /** As the other constructor, with limits of one's own. */
  public NoiseUpgradeServer(
      MachinePrivateKey key,
      SecureRandomSource random,
      ControlRequestHandler handler,
      NoiseServerLimits limits) {
    this.key = key;
    this.random = random;
    this.handler = handler;
    this.limits = limits;
    this.bodySpace = new SharedBodySpace(limits.sharedBodyBytes());
  }

  /** What all its connections count. */
  public ControlStats stats() {
    return stats;
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
      stats.handshakesFailed.increment();
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
      channel
          .pipeline()
          .addLast(new NoiseChannelHandler(accepted.session(), stats.connectionsBroken::increment));
      channel
          .write(EarlyPayload.encode(new EarlyNoise(freshChallenge())))
          .addListener(FIRE_EXCEPTION_ON_FAILURE);
      addHttp2(channel.pipeline(), accepted.session());
      channel.flush();
      stats.upgrades.increment();
    } catch (NoiseException e) {
      stats.handshakesFailed.increment();
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
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(limits.streams())
                    .maxHeaderListSize(MAX_HEADER_BYTES))
            .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_S)
            .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS_CAUSED, RESETS_WINDOW_S)
            .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
            .decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS)
            .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
            .build());
    StreamCount streams = new StreamCount(limits.strangerStreams());
    pipeline.addLast(
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                if (!streams.admits(stream)) {
                  stats.streamsRefused.increment();
                  stream.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
                  return;
                }
                stream
                    .pipeline()
                    .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                    .addLast(new RequestIntake(limits, bodySpace, stats))
                    .addLast(new HttpObjectAggregator(limits.bodyBytes()))
                    .addLast(new ExchangeHandler(session, handler, limits, stats));
              }
            }));
    pipeline.addLast(new ConnectionEndHandler(stats.connectionsBroken::increment));
  }

  /** A public key whose private half nobody keeps: no client answers the challenge. */
  private ChallengeKey freshChallenge() {
    byte[] secret = new byte[X25519.LENGTH];
    random.fill(secret);
    return ChallengeKey.of(X25519.publicKey(secret));
  }

  private void refuse(ChannelHandlerContext ctx, String reason) {
    stats.upgradesRefused.increment();
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
