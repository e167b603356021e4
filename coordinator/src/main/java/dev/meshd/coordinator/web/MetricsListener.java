package dev.meshd.coordinator.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.coordinator.metrics.ServerMetrics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * The port a monitoring system asks: {@code /metrics} and {@code /health}. It has no authentication
 * and shows no names, keys or addresses; still it is meant for loopback or a private network. One
 * request per connection. Thread-safe.
 */
public final class MetricsListener implements AutoCloseable {
  private static final int TIMEOUT_S = 10;
  private static final int MAX_BODY_BYTES = 1024;

  /** More than any set of monitors needs; beyond it connections are closed at once. */
  private static final int MAX_CONNECTIONS = 64;

  private final Channel channel;
  private final ChannelGroup connections;

  private MetricsListener(Channel channel, ChannelGroup connections) {
    this.channel = channel;
    this.connections = connections;
  }

  /**
   * Listens on {@code address}.
   *
   * @param isAlive whether the database answers; may block
   * @param blocking where {@code isAlive} and a scrape run
   * @throws IOException when the port cannot be had
   */
  public static MetricsListener open(
      EventLoopGroup group,
      InetSocketAddress address,
      ServerMetrics metrics,
      BooleanSupplier isAlive,
      Executor blocking)
      throws IOException {
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    if (connections.size() >= MAX_CONNECTIONS) {
                      var _ = connection.close();
                      return;
                    }
                    connections.add(connection);
                    connection
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new ReadTimeoutHandler(TIMEOUT_S),
                            new HttpObjectAggregator(MAX_BODY_BYTES),
                            new Answering(metrics, isAlive, blocking));
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause().getMessage(), bound.cause());
    }
    return new MetricsListener(bound.channel(), connections);
  }

  /** The port in use, also when the system chose it. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
  }

  /** Answers one request and closes. */
  private static final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final ServerMetrics metrics;
    private final BooleanSupplier isAlive;
    private final Executor blocking;

    Answering(ServerMetrics metrics, BooleanSupplier isAlive, Executor blocking) {
      this.metrics = metrics;
      this.isAlive = isAlive;
      this.blocking = blocking;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      String path =
          request.decoderResult().isSuccess() ? new QueryStringDecoder(request.uri()).path() : "";
      switch (path) {
        case "/metrics" ->
            blocking.execute(
                () ->
                    answer(
                        context,
                        HttpResponseStatus.OK,
                        ServerMetrics.CONTENT_TYPE,
                        metrics.scrape()));
        case "/health" -> blocking.execute(() -> health(context));
        default ->
            answer(
                context,
                HttpResponseStatus.NOT_FOUND,
                "text/plain; charset=utf-8",
                "here are /metrics and /health\n");
      }
    }

    private void health(ChannelHandlerContext context) {
      boolean alive = isAlive.getAsBoolean();
      answer(
          context,
          alive ? HttpResponseStatus.OK : HttpResponseStatus.INTERNAL_SERVER_ERROR,
          "application/health+json",
          alive ? "{\"status\":\"pass\"}" : "{\"status\":\"fail\"}");
    }

    private static void answer(
        ChannelHandlerContext context, HttpResponseStatus status, String type, String body) {
      byte[] bytes = body.getBytes(UTF_8);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, type)
          .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
