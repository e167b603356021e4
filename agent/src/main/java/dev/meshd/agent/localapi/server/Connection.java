package dev.meshd.agent.localapi.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.agent.bus.BusWatcher;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.http.HttpBody;
import dev.meshd.agent.localapi.http.HttpException;
import dev.meshd.agent.localapi.http.HttpHead;
import dev.meshd.agent.localapi.http.HttpReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: requests one after the other, each checked, handled and answered on the
 * connection's own virtual thread.
 *
 * <p>Refused before any handler sees it: a foreign {@code Host}, and any request with {@code
 * Origin} or {@code Referer}, since only a browser sends those and no page has business here.
 */
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final int MAX_BODY_BYTES = 1024 * 1024;
  private static final int CAPABILITY_VERSION = 131;

  private final UserPrincipal caller;
  private final AccessRules rules;
  private final LocalBackend backend;
  private final Endpoints endpoints;
  private final InputStream in;
  private final OutputStream out;

  Connection(SocketChannel channel, UserPrincipal caller, AccessRules rules, LocalBackend backend) {
    this(
        Channels.newInputStream(channel),
        Channels.newOutputStream(channel),
        caller,
        rules,
        backend);
  }

  /** A connection over any two streams. */
  Connection(
      InputStream in,
      OutputStream out,
      UserPrincipal caller,
      AccessRules rules,
      LocalBackend backend) {
    this.caller = caller;
    this.rules = rules;
    this.backend = backend;
    this.endpoints = new Endpoints(backend);
    this.in = in;
    this.out = new BufferedOutputStream(out);
  }

  /** Serves until the client closes, or a request ends the connection. */
  void serve() throws IOException, InterruptedException {
    HttpReader reader = new HttpReader(in);
    boolean open = true;
    while (open) {
      Optional<HttpHead> head;
      Response response;
      boolean keepAlive = false;
      try {
        head = reader.readHead();
        if (head.isEmpty()) {
          return;
        }
        Request request =
            Request.of(head.get(), reader.readBody(head.get(), MAX_BODY_BYTES), caller);
        keepAlive = wantsKeepAlive(head.get());
        response = respond(request);
      } catch (HttpException e) {
        response = Response.text(e.status(), e.reason() + "\n");
      }
      open = write(response, keepAlive);
    }
  }

  private Response respond(Request request) throws InterruptedException {
    try {
      Optional<Response> refusal = refusal(request);
      if (refusal.isPresent()) {
        return refusal.get();
      }
      return switch (request.path()) {
        case "/" ->
            Response.html(
                "<html><body><h1>meshd</h1>This is the local meshd daemon.</body></html>\n");
        case "/server-status", "/localapi/v0/server-status" -> serverStatus(request);
        default -> call(request);
      };
    } catch (HttpException e) {
      return Response.text(e.status(), e.reason() + "\n");
    } catch (PrefsException e) {
      return Response.json(400, Json.object().put("Error", e.reason()));
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.path(), e);
      return Response.error(500, "internal error, see the daemon's log");
    }
  }

  private static Optional<Response> refusal(Request request) {
    if (request.method().equals("CONNECT")) {
      return Optional.of(Response.text(405, "CONNECT is not served\n"));
    }
    String host = request.head().first("Host").orElse("");
    boolean foreign = !host.isEmpty() && !host.equals(LocalApiClient.HOST);
    if (foreign || request.head().has("Origin") || request.head().has("Referer")) {
      return Optional.of(Response.text(403, "invalid localapi request\n"));
    }
    Optional<String> reason = request.head().first("X-Tailscale-Reason");
    if (reason.isPresent() && !isBase64(reason.get())) {
      return Optional.of(Response.text(400, "invalid reason header\n"));
    }
    return Optional.empty();
  }

  private Response serverStatus(Request request) {
    if (backend.isReady()) {
      return Response.json(Json.object());
    }
    return request.parameter("wait").filter("1"::equals).isPresent()
        ? new Response.Delayed(503, backend::awaitReady, HttpBody.of("{}".getBytes(UTF_8)))
        : Response.error(503, "backend not ready");
  }

  private Response call(Request request)
      throws HttpException, PrefsException, InterruptedException {
    Endpoints.Endpoint endpoint =
        endpoints
            .find(request.method(), request.path())
            .orElseThrow(() -> new HttpException(404, "not found: " + request.path()));
    if (!endpoint.methods().contains(request.method())) {
      throw new HttpException(405, "use " + String.join(" or ", endpoint.methods()));
    }
    if (!rules.allows(endpoint.access(), request.caller())) {
      throw new HttpException(403, "access denied");
    }
    backend.awaitReady();
    return endpoint.handler().handle(request);
  }

  /** Writes the answer and says whether the connection can take another request. */
  private boolean write(Response response, boolean keepAlive)
      throws IOException, InterruptedException {
    return switch (response) {
      case Response.Whole whole -> {
        byte[] body = whole.body().bytes();
        writeHead(whole.status(), whole.contentType(), "Content-Length: " + body.length, keepAlive);
        out.write(body);
        out.flush();
        yield keepAlive;
      }
      case Response.Delayed delayed -> {
        writeHead(delayed.status(), "application/json", "Transfer-Encoding: chunked", false);
        out.flush();
        delayed.ready().await();
        writeChunk(delayed.body().bytes());
        writeChunk(new byte[0]);
        yield false;
      }
      case Response.BusStream stream -> {
        writeHead(200, "application/json", "Transfer-Encoding: chunked", false);
        out.flush();
        streamBus(stream.watcher());
        yield false;
      }
    };
  }

  /** Runs until either side closes. A client that closes is noticed by a reader of its own. */
  private void streamBus(BusWatcher watcher) throws IOException, InterruptedException {
    Thread.ofVirtual().name("local-api-bus-closed").start(() -> closeAtEnd(watcher));
    try {
      for (Optional<Notify> message = watcher.next();
          message.isPresent();
          message = watcher.next()) {
        byte[] json = Json.bytes(message.get());
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        writeChunk(line);
      }
      writeChunk(new byte[0]);
    } finally {
      watcher.close();
    }
  }

  private void closeAtEnd(BusWatcher watcher) {
    try {
      while (in.read() >= 0) {
        // A watching client has nothing more to say.
      }
    } catch (IOException e) {
      log.debug("a watcher of the bus went away: {}", e.getMessage());
    } finally {
      watcher.close();
    }
  }

  private void writeChunk(byte[] bytes) throws IOException {
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
    out.write(bytes);
    out.write("\r\n".getBytes(ISO_8859_1));
    out.flush();
  }

  private void writeHead(int status, String contentType, String length, boolean keepAlive)
      throws IOException {
    String head =
        "HTTP/1.1 "
            + status
            + " "
            + phrase(status)
            + "\r\n"
            + (contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n")
            + (status == 204 ? "" : length + "\r\n")
            + "Tailscale-Version: "
            + backend.version()
            + "\r\n"
            + "Tailscale-Cap: "
            + CAPABILITY_VERSION
            + "\r\n"
            + "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; script-src 'none'; base-uri 'self'\r\n"
            + "X-Frame-Options: DENY\r\n"
            + "X-Content-Type-Options: nosniff\r\n"
            + (keepAlive ? "" : "Connection: close\r\n")
            + "\r\n";
    out.write(head.getBytes(ISO_8859_1));
  }

  private static boolean wantsKeepAlive(HttpHead head) {
    String connection = head.first("Connection").orElse("").toLowerCase(Locale.ROOT);
    return !connection.contains("close") && head.startLine().endsWith("HTTP/1.1");
  }

  private static boolean isBase64(String text) {
    try {
      Base64.getDecoder().decode(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String phrase(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 204 -> "No Content";
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Content Too Large";
      case 503 -> "Service Unavailable";
      default -> status < 400 ? "OK" : "Error";
    };
  }
}
