package dev.meshd.coordinator.admin;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderValues.CLOSE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.meshd.coordinator.loop.CoordinatorLoop;
import dev.meshd.coordinator.registry.RefusedException;
import dev.meshd.coordinator.storage.StorageException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix socket of the administration API: mode 0600, and beyond that only root and the server's
 * own user are answered. Requests run on the coordinator loop, one after the other. Thread-safe.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final String API_ROOT = "/api/v1/";
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int MAX_CONNECTIONS = 64;

  /** No answer takes as long; a connection without a request ends. */
  private static final int TIMEOUT_S = 60;

  private final Path socket;
  private final Channel channel;

  private AdminServer(Path socket, Channel channel) {
    this.socket = socket;
    this.channel = channel;
  }

  /**
   * Listens on {@code socket}; a socket file that a killed server left is replaced.
   *
   * @throws IOException with a sentence when another server listens there or the place cannot be
   *     written
   */
  public static AdminServer start(
      Path socket, AdminApi api, CoordinatorLoop loop, EventLoopGroup group) throws IOException {
    clearPlace(socket);
    AtomicInteger open = new AtomicInteger();
    Channel channel;
    try {
      channel =
          new ServerBootstrap()
              .group(group)
              .channel(NioServerDomainSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                      if (open.incrementAndGet() > MAX_CONNECTIONS) {
                        var _ = connection.close();
                      }
                      connection.closeFuture().addListener(closed -> open.decrementAndGet());
                      connection
                          .pipeline()
                          .addLast(
                              new Admission(),
                              new HttpServerCodec(),
                              new ReadTimeoutHandler(TIMEOUT_S),
                              new HttpObjectAggregator(MAX_BODY_BYTES),
                              new Answering(api, loop));
                    }
                  })
              .bind(UnixDomainSocketAddress.of(socket))
              .syncUninterruptibly()
              .channel();
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (Exception e) {
      // Netty rethrows the bind's checked exception.
      throw new IOException("cannot listen on the socket " + socket + ": " + e.getMessage(), e);
    }
    return new AdminServer(socket, channel);
  }

  private static void clearPlace(Path socket) throws IOException {
    Path directory = socket.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    if (!Files.exists(socket)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(socket));
      throw new IOException("another meshd server is running: it listens on " + socket);
    } catch (SocketException e) {
      // Nobody is there: the file is what a killed server left.
      Files.delete(socket);
    }
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.debug("the socket file {} stays: {}", socket, e.getMessage());
    }
  }

  /** Closes the connections of other users; the kernel says who is at the other end. */
  private static final class Admission extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
      UnixDomainPrincipal peer =
          context
              .channel()
              .config()
              .getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
      String user = peer == null ? "" : peer.user().getName();
      if (user.equals("root") || user.equals(System.getProperty("user.name"))) {
        super.channelActive(context);
      } else {
        LOG.info("administration refused to user {}", user);
        var _ = context.close();
      }
    }
  }

  /** One request, one answer, then the connection closes. */
  private static final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final AdminApi api;
    private final CoordinatorLoop loop;

    Answering(AdminApi api, CoordinatorLoop loop) {
      this.api = api;
      this.loop = loop;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest http) {
      AdminRequest request;
      try {
        request = read(http);
      } catch (RefusedException e) {
        refuse(context, e);
        return;
      }
      var _ =
          loop.call(() -> api.answer(request))
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null) {
                      write(context, HttpResponseStatus.OK, "application/json", answer);
                    } else {
                      fail(context, failure);
                    }
                  });
    }

    private static AdminRequest read(FullHttpRequest http) {
      QueryStringDecoder target = new QueryStringDecoder(http.uri());
      if (!target.rawPath().startsWith(API_ROOT)) {
        throw new RefusedException(
            RefusedException.Reason.NOT_FOUND, "there is no path " + target.rawPath());
      }
      List<String> path =
          Arrays.stream(target.rawPath().substring(API_ROOT.length()).split("/"))
              .map(QueryStringDecoder::decodeComponent)
              .toList();
      Map<String, String> query = new LinkedHashMap<>();
      target.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
      byte[] body = ByteBufUtil.getBytes(http.content());
      try {
        JsonNode json =
            body.length == 0 ? MissingNode.getInstance() : ApiJson.mapper().readTree(body);
        return new AdminRequest(http.method().name(), path, query, json);
      } catch (IOException e) {
        throw AdminApi.badInput("the body is not JSON");
      }
    }

    private static void fail(ChannelHandlerContext context, Throwable failure) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      switch (cause) {
        case RefusedException refused -> refuse(context, refused);
        case StorageException storage -> {
          LOG.error("an administration request failed", storage);
          problem(
              context,
              HttpResponseStatus.INTERNAL_SERVER_ERROR,
              String.valueOf(storage.getMessage()));
        }
        default -> {
          LOG.error("an administration request failed", cause);
          problem(
              context,
              HttpResponseStatus.INTERNAL_SERVER_ERROR,
              "the server failed; its log says why");
        }
      }
    }

    private static void refuse(ChannelHandlerContext context, RefusedException refused) {
      HttpResponseStatus status =
          switch (refused.reason()) {
            case BAD_INPUT -> HttpResponseStatus.BAD_REQUEST;
            case NOT_FOUND -> HttpResponseStatus.NOT_FOUND;
            case CONFLICT -> HttpResponseStatus.CONFLICT;
          };
      problem(context, status, refused.sentence());
    }

    /** RFC 9457 problem details. */
    private static void problem(
        ChannelHandlerContext context, HttpResponseStatus status, String detail) {
      JsonNode body =
          ApiJson.mapper()
              .createObjectNode()
              .put("title", status.reasonPhrase())
              .put("status", status.code())
              .put("detail", detail);
      write(context, status, "application/problem+json", body);
    }

    private static void write(
        ChannelHandlerContext context, HttpResponseStatus status, String type, JsonNode body) {
      byte[] bytes;
      try {
        bytes = ApiJson.mapper().writeValueAsBytes(body);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a JSON tree can always be written", e);
      }
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
      response
          .headers()
          .set(CONTENT_TYPE, type)
          .set(CONTENT_LENGTH, bytes.length)
          .set(CONNECTION, CLOSE);
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("administration connection broke: {}", cause.toString());
      var _ = context.close();
    }
  }
}
