package dev.meshd.derp.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The HTTP face of a relay, to be put right behind an {@link HttpServerCodec}; requests that are
 * not for the relay pass on.
 *
 * <table>
 * <caption>routes</caption>
 * <tr><td>{@code /derp}</td><td>becomes a relay connection; 426 without the upgrade</td></tr>
 * <tr><td>{@code /derp/probe}, {@code /derp/latency-check}</td><td>empty answer to GET and HEAD, for measuring</td></tr>
 * <tr><td>{@code /generate_204}</td><td>captive-portal check, with the challenge echoed</td></tr>
 * <tr><td>{@code /bootstrap-dns}</td><td>JSON object, host to addresses</td></tr>
 * </table>
 *
 * <p>On an upgrade the codec and <em>every handler behind it</em> leave the pipeline and bytes
 * behind the request head go to the relay; handlers before the codec, TLS above all, stay. With
 * {@code Derp-Fast-Start} there is no HTTP answer.
 *
 * <p>One object per channel. Source: tailscale derp/derpserver/handler.go.
 */
// Netty's futures of writes are ignored: a write that fails closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class DerpHttpHandler extends ChannelInboundHandlerAdapter {

  private static final Pattern CHALLENGE = Pattern.compile("[a-zA-Z0-9._:-]{1,64}");
  private static final String NO_CACHE =
      "no-cache, no-store, must-revalidate, no-transform, max-age=0";
  private static final JsonMapper JSON = new JsonMapper();

  private final DerpServer server;
  private boolean swallowing;

  /** The connection is being closed; whatever else it brings is not looked at. */
  private boolean ended;

  DerpHttpHandler(DerpServer server) {
    this.server = server;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
      onRequest(ctx, request);
    } else if (swallowing && message instanceof HttpContent) {
      swallowing = !(message instanceof LastHttpContent);
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void onRequest(ChannelHandlerContext ctx, HttpRequest request) {
    if (ended) {
      ReferenceCountUtil.release(request); // the rest of what came with the request that ended it
      return;
    }
    if (!ctx.channel().isWritable()) {
      // It asks on and on and takes none of the answers.
      server.stats().unreadAnswers.increment();
      ended = true;
      ReferenceCountUtil.release(request);
      ctx.channel().config().setAutoRead(false); // closing waits for answers that nobody reads
      ctx.close();
      return;
    }
    swallowing = true;
    switch (path(request)) {
      case "/derp" -> onDerp(ctx, request);
      case "/derp/probe", "/derp/latency-check" -> onProbe(ctx, request);
      case "/generate_204" -> onGenerate204(ctx, request);
      case "/bootstrap-dns" -> onBootstrapDns(ctx, request);
      default -> {
        swallowing = false;
        ctx.fireChannelRead(request);
        return;
      }
    }
    ReferenceCountUtil.release(request);
  }

  private void onDerp(ChannelHandlerContext ctx, HttpRequest request) {
    if (!asksForRelay(request)) {
      answer(ctx, request, HttpResponseStatus.UPGRADE_REQUIRED, "DERP requires connection upgrade");
      return;
    }
    if (!server.accept(ctx.channel())) {
      ctx.close();
      return;
    }
    boolean fastStart = "1".equals(request.headers().get("Derp-Fast-Start"));
    var connection = new ServerConnection(server, ctx.channel());
    ChannelPipeline pipeline = ctx.pipeline();
    removeHttp(ctx);
    pipeline.addLast(connection);
    // The codec goes last: what it has read past the request head it hands to its successor when it
    // leaves.
    pipeline.remove(HttpServerCodec.class);
    connection.start(fastStart ? new byte[0] : switchingProtocols());
  }

  /**
   * Removes everything behind the codec, last first: also what stands between it and this handler,
   * such as a read time-out, which would end a relay connection that is merely silent.
   */
  private static void removeHttp(ChannelHandlerContext ctx) {
    ChannelPipeline pipeline = ctx.pipeline();
    while (!(pipeline.last() instanceof HttpServerCodec)) {
      pipeline.removeLast();
    }
  }

  /**
   * The protocol is asked for by name; a WebSocket without the sub-protocol is how very old clients
   * ask for it.
   */
  private static boolean asksForRelay(HttpRequest request) {
    String upgrade = request.headers().get(HttpHeaderNames.UPGRADE, "").toLowerCase(Locale.ROOT);
    return upgrade.equals("derp")
        || (upgrade.equals("websocket")
            && !request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
  }

  private byte[] switchingProtocols() {
    String head =
        "HTTP/1.1 101 Switching Protocols\r\n"
            + "Upgrade: DERP\r\n"
            + "Connection: Upgrade\r\n"
            + "Derp-Version: 2\r\n"
            + "Derp-Public-Key: "
            + server.publicKey().hex()
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  private static void onProbe(ChannelHandlerContext ctx, HttpRequest request) {
    boolean allowed =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    FullHttpResponse response =
        response(allowed ? HttpResponseStatus.OK : HttpResponseStatus.METHOD_NOT_ALLOWED, "");
    if (allowed) {
      response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
    send(ctx, request, response);
  }

  private static void onGenerate204(ChannelHandlerContext ctx, HttpRequest request) {
    FullHttpResponse response = response(HttpResponseStatus.NO_CONTENT, "");
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, NO_CACHE);
    String challenge = request.headers().get("X-Tailscale-Challenge", "");
    if (CHALLENGE.matcher(challenge).matches()) {
      response.headers().set("X-Tailscale-Response", "response " + challenge);
    }
    send(ctx, request, response);
  }

  private void onBootstrapDns(ChannelHandlerContext ctx, HttpRequest request) {
    var answers = new TreeMap<String, List<String>>();
    for (Map.Entry<String, List<InetAddress>> entry : server.bootstrapDns().entrySet()) {
      answers.put(
          entry.getKey(), entry.getValue().stream().map(InetAddress::getHostAddress).toList());
    }
    FullHttpResponse response;
    try {
      response = response(HttpResponseStatus.OK, JSON.writeValueAsString(answers));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings that cannot be JSON", e);
    }
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    send(ctx, request, response);
  }

  private static String path(HttpRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static void answer(
      ChannelHandlerContext ctx, HttpRequest request, HttpResponseStatus status, String text) {
    FullHttpResponse response = response(status, text);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    send(ctx, request, response);
  }

  private static FullHttpResponse response(HttpResponseStatus status, String text) {
    ByteBuf body = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
  }

  private static void send(
      ChannelHandlerContext ctx, HttpRequest request, FullHttpResponse response) {
    if (response.status().code() != HttpResponseStatus.NO_CONTENT.code()) {
      HttpUtil.setContentLength(response, response.content().readableBytes());
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    HttpUtil.setKeepAlive(response, keepAlive);
    var sent = ctx.writeAndFlush(response);
    if (!keepAlive) {
      sent.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
