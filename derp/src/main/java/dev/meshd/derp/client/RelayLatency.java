package dev.meshd.derp.client;

import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Measures how far a region is over HTTPS, for networks that let nothing else through: connects as
 * a relay client does, then times one request for {@code /derp/latency-check} on that connection.
 * Setting the connection up does not count.
 *
 * <p>One object per measurement, owned by its event loop. Source: tailscale:
 * net/netcheck/netcheck.go.
 */
// Netty's futures of writes, closes and timers are ignored: a write that fails closes the channel,
// which is handled.
@SuppressWarnings("FutureReturnValueIgnored")
public final class RelayLatency {

  private static final long LIMIT_S = 5;
  private static final int MAX_BODY = 8 * 1024;
  private static final int LAST_GOOD_STATUS = 299;

  /**
   * What came out.
   *
   * @param overIpv6 the family of the connection
   * @param nanos from request to answer
   */
  public record Measured(boolean overIpv6, long nanos) {}

  private final DerpClientConfig config;
  private final CompletableFuture<Measured> result;
  private long sentNs;

  private RelayLatency(DerpClientConfig config, CompletableFuture<Measured> result) {
    this.config = config;
    this.result = result;
  }

  /**
   * Starts a measurement.
   *
   * @return completes on a network thread; exceptionally with {@link IOException} if the region
   *     cannot be reached, its certificate is wrong, or it answers with an error, and with a
   *     timeout after five seconds
   */
  public static CompletableFuture<Measured> measure(DerpClientConfig config, DerpRegion region) {
    EventLoop loop = config.eventLoops().next();
    var result = new CompletableFuture<Measured>();
    loop.execute(
        () -> {
          Future<RelayDialer.Dialed> dial = RelayDialer.dial(config, loop, region);
          dial.addListener(ignored -> new RelayLatency(config, result).onDialed(dial));
          result.whenComplete((measured, failure) -> dial.cancel(false));
        });
    return result.orTimeout(LIMIT_S, TimeUnit.SECONDS);
  }

  private void onDialed(Future<RelayDialer.Dialed> dial) {
    if (!dial.isSuccess()) {
      fail(dial.cause());
      return;
    }
    DerpNode node = dial.getNow().node();
    Channel channel = dial.getNow().channel();
    result.whenComplete((measured, failure) -> channel.close());
    try {
      var tls = new NodeTls(node, config.trust());
      var handler = new SslHandler(tls.newEngine());
      channel
          .pipeline()
          .addLast(
              handler, new HttpClientCodec(), new HttpObjectAggregator(MAX_BODY), new Answer());
      channel.config().setAutoRead(true);
      handler
          .handshakeFuture()
          .addListener((Future<Channel> done) -> onHandshake(tls, handler, node, done));
    } catch (GeneralSecurityException e) {
      fail(e);
    }
  }

  private void onHandshake(NodeTls tls, SslHandler handler, DerpNode node, Future<Channel> done) {
    if (!done.isSuccess()) {
      fail(done.cause());
      return;
    }
    try {
      tls.verify(handler.engine().getSession());
    } catch (GeneralSecurityException | SSLPeerUnverifiedException e) {
      fail(e);
      return;
    }
    var request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/derp/latency-check");
    request.headers().set(HttpHeaderNames.HOST, HttpHost.of(node));
    sentNs = config.nanoClock().getAsLong();
    done.getNow().writeAndFlush(request);
  }

  private void fail(@Nullable Throwable cause) {
    result.completeExceptionally(
        cause instanceof IOException io ? io : new IOException("the relay did not answer", cause));
  }

  private final class Answer extends SimpleChannelInboundHandler<FullHttpResponse> {

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
      if (response.status().code() > LAST_GOOD_STATUS) {
        fail(new IOException("the relay answered HTTP " + response.status().code()));
        return;
      }
      boolean overIpv6 =
          ctx.channel().remoteAddress() instanceof InetSocketAddress address
              && address.getAddress() instanceof Inet6Address;
      result.complete(new Measured(overIpv6, config.nanoClock().getAsLong() - sentNs));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail(new IOException("the relay closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(cause);
    }
  }
}
