package dev.meshd.coordinator.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import jdk.net.ExtendedSocketOptions;

/**
 * The control port: HTTP/1.1, plain or over TLS, until a connection is upgraded. Plain is safe,
 * because everything of value is said inside the Noise channel. Thread-safe.
 */
public final class ControlListener implements AutoCloseable {
  private static final int HTTP_TIMEOUT_S = 30;
  private static final int TLS_TIMEOUT_S = 10;

  /**
   * A client that vanished is noticed after 45 s without a word, which is before the next message
   * of a map stream would leave TCP retransmitting for a quarter of an hour.
   */
  private static final int IDLE_S = 30;

  private static final int PROBE_S = 5;
  private static final int PROBES = 3;

  private final Channel channel;
  private final ChannelGroup connections;

  private ControlListener(Channel channel, ChannelGroup connections) {
    this.channel = channel;
    this.connections = connections;
  }

  /**
   * Listens on {@code address}.
   *
   * @param tls asked for each connection how to encrypt it; empty for plain HTTP
   * @throws IOException when the port cannot be had
   */
  public static ControlListener open(
      EventLoopGroup group,
      InetSocketAddress address,
      Optional<Supplier<SSLContext>> tls,
      FrontDoor.Services services)
      throws IOException {
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), IDLE_S)
            .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), PROBE_S)
            .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), PROBES)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    connections.add(connection);
                    var _ = services.gate().enter(connection);
                    tls.ifPresent(
                        context -> connection.pipeline().addLast(tlsHandler(context.get())));
                    // Behind the codec, so that it leaves with it when the connection is upgraded.
                    connection
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new ReadTimeoutHandler(HTTP_TIMEOUT_S),
                            new SmallBodies(FrontDoor.MAX_BODY_BYTES, services.stats()),
                            new FrontDoor(services));
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause().getMessage(), bound.cause());
    }
    return new ControlListener(bound.channel(), connections);
  }

  private static SslHandler tlsHandler(SSLContext context) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SslHandler handler = new SslHandler(engine);
    handler.setHandshakeTimeout(TLS_TIMEOUT_S, TimeUnit.SECONDS);
    return handler;
  }

  /** The port in use, also when the system chose it. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Stops listening and ends every connection. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
  }
}
