package dev.meshd.agent.localapi.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.NotifyMask;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.localapi.http.HttpException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be asked below {@code /localapi/v0/}: the table is {@link #find}. Stateless;
 * every call runs on the thread of its connection.
 */
final class Endpoints {
  private static final String PREFIX = "/localapi/v0/";
  private static final Set<String> PING_TYPES = Set.of("disco", "TSMP", "ICMP", "peerapi");

  private final LocalBackend backend;

  Endpoints(LocalBackend backend) {
    this.backend = backend;
  }

  /** One endpoint: what it needs and what it does. */
  record Endpoint(Access access, Set<String> methods, Handler handler) {}

  /** Answers a request that has passed every check. */
  interface Handler {
    Response handle(Request request) throws HttpException, PrefsException, InterruptedException;
  }

  /** The endpoint for a path and method; a path may have one per method. */
  Optional<Endpoint> find(String method, String path) {
    if (!path.startsWith(PREFIX)) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        switch (path.substring(PREFIX.length())) {
          case "status" ->
              reading(request -> Response.json(backend.status(!isFalse(request, "peers"))));
          case "prefs" ->
              method.equals("PATCH")
                  ? writing("PATCH", this::editPrefs)
                  : reading(request -> Response.json(backend.prefs()));
          case "check-prefs" -> writing("POST", this::checkPrefs);
          case "start" -> writing("POST", this::start);
          case "login-interactive" -> writing("POST", this::loginInteractive);
          case "logout" -> writing("POST", this::logout);
          case "watch-ipn-bus" -> reading(this::watchBus);
          case "ping" -> new Endpoint(Access.READ, Set.of("POST"), this::ping);
          case "whois" -> reading(this::whois);
          case "derpmap" -> reading(request -> Response.json(backend.derpMap()));
          case "dns-config" -> reading(request -> Response.json(backend.dnsConfig()));
          case "profiles/current" ->
              writing("GET", request -> Response.json(backend.currentProfile()));
          case "profiles/" -> writing("GET", this::profiles);
          case "serve-config" ->
              reading(request -> Response.json(Json.object())); // nothing is served
          case "usermetrics" -> reading(request -> Response.text(200, backend.userMetrics()));
          case "check-ip-forwarding" ->
              reading(request -> Response.json(warning(backend.forwardingProblem())));
          case "check-udp-gro-forwarding" -> reading(request -> Response.json(warning("")));
          case "bugreport" -> new Endpoint(Access.READ, Set.of("POST"), this::markLog);
          case "bugreport-files" -> writing("POST", request -> Response.json(backend.bugReport()));
          case "log-level" ->
              method.equals("POST")
                  ? writing("POST", this::setLogLevel)
                  : reading(request -> Response.json(backend.logLevels()));
          case "debug" -> writing("POST", this::debug);
          default -> null;
        });
  }

  private static Endpoint reading(Handler handler) {
    return new Endpoint(Access.READ, Set.of("GET", "HEAD"), handler);
  }

  private static Endpoint writing(String method, Handler handler) {
    return new Endpoint(Access.WRITE, Set.of(method), handler);
  }

  private Response editPrefs(Request request) throws HttpException, PrefsException {
    return Response.json(backend.edit(MaskedPrefs.of(request.json())));
  }

  private Response checkPrefs(Request request) throws HttpException {
    ObjectNode answer = Json.object();
    answer.put("Error", "");
    try {
      backend.check(request.json(Prefs.class));
    } catch (PrefsException e) {
      answer.put("Error", e.reason());
    }
    return Response.json(answer);
  }

  private Response start(Request request) throws HttpException, PrefsException {
    backend.start(request.json(StartOptions.class));
    return Response.noContent();
  }

  private Response loginInteractive(Request request) {
    backend.loginInteractive();
    return Response.noContent();
  }

  private Response logout(Request request) throws InterruptedException {
    backend.logout();
    return Response.noContent();
  }

  private Response watchBus(Request request) throws HttpException {
    long mask;
    try {
      mask = Long.parseUnsignedLong(request.parameter("mask").orElse("0"));
    } catch (NumberFormatException e) {
      throw new HttpException(400, "bad mask", e);
    }
    if (!NotifyMask.isValid(mask)) {
      throw new HttpException(400, "these bits of the mask cannot be combined");
    }
    return new Response.BusStream(backend.watch(mask));
  }

  private Response ping(Request request) throws HttpException, InterruptedException {
    String type = request.parameter("type").filter(t -> !t.isEmpty()).orElse("disco");
    if (!PING_TYPES.contains(type)) {
      throw new HttpException(400, "unknown ping type");
    }
    return Response.json(backend.ping(request.requiredParameter("ip"), type));
  }

  private Response whois(Request request) throws HttpException {
    return backend
        .whois(request.requiredParameter("addr"))
        .map(Response::json)
        .orElseThrow(() -> new HttpException(404, "no match for IP:port"));
  }

  private Response profiles(Request request) {
    return Response.json(Json.mapper().createArrayNode().add(backend.currentProfile()));
  }

  private Response markLog(Request request) {
    return Response.text(200, backend.markLog(request.parameter("note").orElse("")) + "\n");
  }

  private Response setLogLevel(Request request) throws HttpException {
    try {
      long seconds = Long.parseLong(request.parameter("seconds").orElse("0"));
      backend.setLogLevel(
          request.parameter("logger").orElse("dev.meshd"),
          request.requiredParameter("level"),
          seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty());
      return Response.json(backend.logLevels());
    } catch (NumberFormatException e) {
      throw new HttpException(400, "seconds must be a number", e);
    } catch (IllegalArgumentException e) {
      throw new HttpException(400, String.valueOf(e.getMessage()), e);
    }
  }

  private Response debug(Request request) throws HttpException {
    String action = request.requiredParameter("action");
    if (!backend.debugAction(action)) {
      throw new HttpException(400, "unknown action '" + action + "'");
    }
    return Response.text(200, "done\n");
  }

  private static boolean isFalse(Request request, String parameter) {
    return request.parameter(parameter).filter("false"::equals).isPresent();
  }

  private static ObjectNode warning(String text) {
    ObjectNode answer = Json.object();
    answer.put("Warning", text);
    return answer;
  }
}
