package dev.meshd.derp.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A TLS port that serves a relay. Thread-safe. */
// Netty's futures of writes and closes are ignored: neither can fail in a way that matters here.
@SuppressWarnings("FutureReturnValueIgnored")
public final class RelayListener implements AutoCloseable {

  private static final int HTTP_TIMEOUT_S = 30;
  private static final int TLS_TIMEOUT_S = 10;

  private final DerpServer server;
  private final Channel listener;
  private final AtomicReference<SSLContext> tls;

  private RelayListener(DerpServer server, Channel listener, AtomicReference<SSLContext> tls) {
    this.server = server;
    this.listener = listener;
    this.tls = tls;
  }

  static RelayListener open(
      DerpServer server,
      EventLoopGroup eventLoops,
      InetSocketAddress address,
      ServerIdentity identity)
      throws IOException {
    AtomicReference<SSLContext> tls =
        new AtomicReference<>(identity.serverContext(server.metaCertificate()));
    ChannelFuture bound =
        new ServerBootstrap()
            .group(eventLoops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    initialise(server, tls.get(), channel);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + address, bound.cause());
    }
    server.own(bound.channel());
    return new RelayListener(server, bound.channel(), tls);
  }

  /** Shows another certificate to clients that connect from here on; open connections stay. */
  public void present(ServerIdentity identity) {
    tls.set(identity.serverContext(server.metaCertificate()));
  }

  /** The address in use, with the port the system chose if none was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Stops accepting; open connections stay. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
  }

  private static void initialise(DerpServer server, SSLContext tls, SocketChannel channel) {
    if (!server.accept(channel)) {
      channel.close();
      return;
    }
    SSLEngine engine = tls.createSSLEngine();
    engine.setUseClientMode(false);
    var handler = new SslHandler(engine);
    handler.setHandshakeTimeout(TLS_TIMEOUT_S, TimeUnit.SECONDS);
    channel
        .pipeline()
        .addLast(
            handler,
            new HttpServerCodec(),
            // Behind the codec, so that it leaves with it when the connection becomes a relay
            // connection.
            new ReadTimeoutHandler(HTTP_TIMEOUT_S),
            server.newHttpHandler(),
            new NotFound());
  }

  /** Ends what the relay has no route for. */
  private static final class NotFound extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest request) {
        var response =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                request.decoderResult().isSuccess()
                    ? HttpResponseStatus.NOT_FOUND
                    : HttpResponseStatus.BAD_REQUEST);
        HttpUtil.setContentLength(response, 0);
        HttpUtil.setKeepAlive(response, false);
        ctx.writeAndFlush(response).addListener(ignored -> ctx.close());
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
