package dev.meshd.control.transport;

import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A control server in the test's own process: plain pages by path, and the upgrade. */
public final class LoopbackServer implements AutoCloseable {
  private final Channel listener;
  private final ConcurrentHashMap<String, Function<String, String>> pages =
      new ConcurrentHashMap<>();

  /** Upgrades so far. */
  public final AtomicInteger upgrades = new AtomicInteger();

  public LoopbackServer(
      EventLoopGroup loops,
      MachinePrivateKey key,
      @Nullable SslContext tls,
      @Nullable ControlRequestHandler handler)
      throws InterruptedException {
    this(loops, key, tls, handler, 0);
  }

  public LoopbackServer(
      EventLoopGroup loops,
      MachinePrivateKey key,
      @Nullable SslContext tls,
      @Nullable ControlRequestHandler handler,
      int port)
      throws InterruptedException {
    this(
        loops,
        tls,
        handler == null ? null : new NoiseUpgradeServer(key, SecureRandomSource.system(), handler),
        port);
  }

  LoopbackServer(
      EventLoopGroup loops,
      @Nullable SslContext tls,
      @Nullable NoiseUpgradeServer upgrade,
      int port)
      throws InterruptedException {
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(io.netty.channel.ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(4096),
                            new Router(upgrade));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
  }

  /** Serves {@code body(uri)} as JSON on {@code path}. */
  public void page(String path, Function<String, String> body) {
    pages.put(path, body);
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
  }

  private final class Router extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final @Nullable NoiseUpgradeServer upgrade;

    Router(@Nullable NoiseUpgradeServer upgrade) {
      this.upgrade = upgrade;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      String path = request.uri().replaceAll("\\?.*", "");
      if (path.equals(ControlUpgrade.PATH) && upgrade != null) {
        upgrades.incrementAndGet();
        upgrade.upgrade(ctx, request);
        return;
      }
      Function<String, String> page = pages.get(path);
      byte[] body = page == null ? new byte[0] : page.apply(request.uri()).getBytes();
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              page == null ? HttpResponseStatus.NOT_FOUND : HttpResponseStatus.OK,
              Unpooled.wrappedBuffer(body));
      response.headers().setInt("content-length", body.length).set("connection", "close");
      ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
