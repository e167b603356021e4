package dev.meshd.coordinator.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.transport.ControlUpgrade;
import dev.meshd.control.transport.NoiseUpgradeServer;
import dev.meshd.coordinator.gate.ConnectionGate;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.PendingRegistrations;
import dev.meshd.coordinator.registry.RegistrationView;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodeKey;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the control port answers before there is a Noise channel: the server's key, the upgrade,
 * health, the page for a person who is to let a device in, and admission for relays elsewhere. Runs
 * on the event loop of its connection.
 */
public final class FrontDoor extends SimpleChannelInboundHandler<FullHttpRequest> {
  static final int MAX_BODY_BYTES = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
  private static final String REGISTER_PATH = "/register/";
  private static final Pattern REGISTRATION_ID =
      Pattern.compile(Pattern.quote(PendingRegistrations.ID_HEAD) + "[0-9a-f]{24}");

  /** Clients older than this know no Noise channel and can do nothing with its key. */
  private static final int FIRST_WITH_NOISE = 39;

  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String HTML = "text/html; charset=utf-8";

  private final Services services;

  /** An answer is being worked out elsewhere. */
  private boolean answering;

  /** The connection is being closed; whatever else it brings is not looked at. */
  private boolean ended;

  /**
   * What the front door leads to.
   *
   * @param registrations what the page of a registration of this id shows
   * @param isAlive whether the database answers; may block
   * @param blocking where {@code isAlive} runs
   * @param gate told of connections that were served
   * @param stats counts what is refused
   */
  public record Services(
      MachineKey publicKey,
      NoiseUpgradeServer upgrade,
      NodeRegistry nodes,
      Function<String, CompletableFuture<RegistrationView>> registrations,
      InstantSource clock,
      BooleanSupplier isAlive,
      Executor blocking,
      ConnectionGate gate,
      WebStats stats) {}

  FrontDoor(Services services) {
    this.services = services;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (ended) {
      return; // the rest of what came with the request that ended it
    }
    if (!request.decoderResult().isSuccess()) {
      // What follows on this connection is not HTTP either.
      services.stats().badRequests.increment();
      ended = true;
      answer(context, false, HttpResponseStatus.BAD_REQUEST, TEXT, "bad request\n");
      return;
    }
    if (answering || !context.channel().isWritable()) {
      // It asks on and on and takes none of the answers.
      services.stats().unreadAnswers.increment();
      ended = true;
      context.channel().config().setAutoRead(false); // closing may wait for what nobody reads
      var _ = context.close();
      return;
    }
    services.gate().served(context.channel());
    QueryStringDecoder target = new QueryStringDecoder(request.uri());
    String path = target.path();
    if (path.startsWith(REGISTER_PATH)) {
      registrationPage(context, request, path.substring(REGISTER_PATH.length()));
      return;
    }
    switch (path) {
      case ControlUpgrade.PATH -> services.upgrade().upgrade(context, request);
      case "/key" -> key(context, request, target);
      case "/health" -> health(context, request);
      case "/verify" -> verify(context, request);
      case "/robots.txt" ->
          answer(context, request, HttpResponseStatus.OK, TEXT, "User-agent: *\nDisallow: /\n");
      case "/" ->
          answer(
              context,
              request,
              HttpResponseStatus.OK,
              TEXT,
              "This is a meshd coordination server.\n");
      default -> answer(context, request, HttpResponseStatus.NOT_FOUND, TEXT, "not found\n");
    }
  }

  private void key(
      ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
    List<String> versions = target.parameters().getOrDefault("v", List.of(""));
    if (versions.getFirst().isEmpty()) {
      answer(
          context,
          request,
          HttpResponseStatus.BAD_REQUEST,
          TEXT,
          "capability version must be set\n");
      return;
    }
    try {
      int version = Integer.parseInt(versions.getFirst());
      String body =
          version < FIRST_WITH_NOISE
              ? ""
              : WireJson.encodeText(
                  new OverTLSPublicKeyResponse(MachineKey.zero(), services.publicKey()));
      answer(context, request, HttpResponseStatus.OK, JSON, body);
    } catch (NumberFormatException e) {
      answer(
          context, request, HttpResponseStatus.BAD_REQUEST, TEXT, "invalid capability version\n");
    }
  }

  private void health(ChannelHandlerContext context, FullHttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    answering = true;
    services
        .blocking()
        .execute(
            () -> {
              boolean alive = services.isAlive().getAsBoolean();
              context
                  .executor()
                  .execute(
                      () -> {
                        answering = false;
                        answer(
                            context,
                            keepAlive,
                            alive
                                ? HttpResponseStatus.OK
                                : HttpResponseStatus.INTERNAL_SERVER_ERROR,
                            "application/health+json",
                            alive ? "{\"status\":\"pass\"}" : "{\"status\":\"fail\"}");
                      });
            });
  }

  /** Admission for a relay that is not this server's own: whether a node has this key. */
  private void verify(ChannelHandlerContext context, FullHttpRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      answer(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "method not allowed\n");
      return;
    }
    try {
      JsonNode body = WireJson.mapper().readTree(ByteBufUtil.getBytes(request.content()));
      boolean allow =
          NodeKey.tryParse(body.path("NodePublic").asText())
              .map(services.nodes()::isKnown)
              .orElse(false);
      answer(context, request, HttpResponseStatus.OK, JSON, "{\"Allow\":" + allow + "}");
    } catch (IOException e) {
      answer(context, request, HttpResponseStatus.BAD_REQUEST, TEXT, "bad request\n");
    }
  }

  private void registrationPage(ChannelHandlerContext context, FullHttpRequest request, String id) {
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    if (!request.method().equals(HttpMethod.GET)) {
      answer(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "method not allowed\n");
      return;
    }
    CompletableFuture<RegistrationView> view =
        REGISTRATION_ID.matcher(id).matches()
            ? services.registrations().apply(id)
            : CompletableFuture.completedFuture(new RegistrationView.Unknown());
    answering = true;
    var _ =
        view.exceptionally(stopping -> new RegistrationView.Unknown())
            .thenAcceptAsync(
                shown -> {
                  answering = false;
                  answer(
                      context,
                      keepAlive,
                      shown instanceof RegistrationView.Unknown
                          ? HttpResponseStatus.NOT_FOUND
                          : HttpResponseStatus.OK,
                      HTML,
                      page(shown));
                },
                context.executor());
  }

  private String page(RegistrationView view) {
    return switch (view) {
      case RegistrationView.Waiting waiting ->
          RegistrationPage.waiting(waiting, services.clock().instant());
      case RegistrationView.Approved approved -> RegistrationPage.approved(approved);
      case RegistrationView.Unknown unknown -> RegistrationPage.unknown();
    };
  }

  private static void answer(
      ChannelHandlerContext context,
      FullHttpRequest request,
      HttpResponseStatus status,
      String type,
      String body) {
    answer(context, HttpUtil.isKeepAlive(request), status, type, body);
  }

  private static void answer(
      ChannelHandlerContext context,
      boolean keepAlive,
      HttpResponseStatus status,
      String type,
      String body) {
    byte[] bytes = body.getBytes(UTF_8);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        .set("X-Content-Type-Options", "nosniff")
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set("Referrer-Policy", "no-referrer")
        .set(
            HttpHeaderNames.CONTENT_SECURITY_POLICY,
            type.equals(HTML)
                ? RegistrationPage.CONTENT_SECURITY_POLICY
                : "default-src 'none'; frame-ancestors 'none'");
    HttpUtil.setKeepAlive(response, keepAlive);
    context
        .writeAndFlush(response)
        // A client that left before its answer was ready is nobody's fault.
        .addListener(
            keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("connection of {} ended: {}", context.channel().remoteAddress(), cause.toString());
    var _ = context.close();
  }
}
