package dev.meshd.agent.localapi.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.bus.IpnBus;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.PingResult;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.Status;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the daemon's local API, which every user of the machine may open. Input: what the
 * client sends until it closes. The caller is a user without rights.
 *
 * <p>Checked: the connection ends without an exception other than the client's own early end; no
 * request without rights reaches a change; nothing ends as an internal error.
 */
public final class LocalApiFuzz implements FuzzBody {

  private static final UserPrincipal DAEMON = () -> "root";
  private static final UserPrincipal NOBODY = () -> "nobody";

  @Override
  public void run(byte[] input) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Connection connection =
        new Connection(
            new ByteArrayInputStream(input),
            out,
            NOBODY,
            new AccessRules(DAEMON, () -> ""),
            readOnly());
    try {
      connection.serve();
    } catch (EOFException theClientLeft) {
      // In the middle of a request: nobody is left to be told.
    }
    String answer = out.toString(StandardCharsets.ISO_8859_1);
    Expect.that(answer.isEmpty() || answer.startsWith("HTTP/1.1 "), "an answer is HTTP");
    Expect.that(!answer.contains("internal error"), "an internal error: " + answer);
  }

  /** A daemon that can only be looked at; to reach a change is a finding. */
  private static LocalBackend readOnly() {
    return (LocalBackend)
        Proxy.newProxyInstance(
            LocalBackend.class.getClassLoader(),
            new Class<?>[] {LocalBackend.class},
            (self, method, arguments) -> look(method, arguments));
  }

  private static @Nullable Object look(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "edit",
          "check",
          "start",
          "loginInteractive",
          "logout",
          "bugReport",
          "setLogLevel",
          "debugAction" ->
          throw new AssertionError("a user without rights reaches " + method.getName());
      case "isReady" -> true;
      case "status" -> status();
      case "prefs" -> Prefs.defaults();
      case "ping" -> PingResult.failed((String) arguments[0], "no such peer");
      case "watch" -> {
        var watcher = new IpnBus().watch((long) arguments[0], Notify::empty);
        watcher.close();
        yield watcher;
      }
      default -> nothing(method.getReturnType());
    };
  }

  private static @Nullable Object nothing(Class<?> type) {
    if (type == String.class) {
      return "";
    }
    if (type == Optional.class) {
      return Optional.empty();
    }
    if (type == Map.class) {
      return Map.of();
    }
    return type == JsonNode.class ? Json.object() : null;
  }

  private static Status status() {
    return new Status(
        "fuzz", false, "Running", true, "", List.of(), null, null, List.of(), "", null, List.of(),
        Map.of(), Map.of(), null);
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    String host = " HTTP/1.1\r\nHost: local-tailscaled.sock\r\n";
    String[] paths = {
      "status",
      "status?peers=false",
      "prefs",
      "watch-ipn-bus?mask=1",
      "watch-ipn-bus?mask=-1",
      "watch-ipn-bus?mask=18446744073709551615",
      "whois?addr=100.64.0.1:1",
      "whois?addr=%zz",
      "whois",
      "derpmap",
      "dns-config",
      "profiles/current",
      "usermetrics",
      "serve-config",
      "nothing",
      "%2e%2e/x",
      "check-ip-forwarding"
    };
    int number = 0;
    for (String path : paths) {
      seeds.add("get-%02d".formatted(number++), "GET /localapi/v0/" + path + host + "\r\n");
    }
    String[] posts = {
      "ping?ip=100.64.0.1&type=disco", "ping", "ping?ip=x&type=y", "check-prefs", "start", "logout"
    };
    for (String path : posts) {
      String rest = "Content-Length: 2\r\n\r\n{}GET / HTTP/1.1\r\n\r\n";
      seeds.add("post-%02d".formatted(number++), "POST /localapi/v0/" + path + host + rest);
    }
    String ping = "POST /localapi/v0/ping?ip=a" + host;
    String chunked = ping + "Transfer-Encoding: chunked\r\n\r\n";
    seeds.add("patch", "PATCH /localapi/v0/prefs" + host + "Content-Length: 2\r\n\r\n{}");
    seeds.add("chunked", chunked + "2\r\n{}\r\n0\r\n\r\n");
    seeds.add("chunk-too-long", chunked + "ffffffff\r\n");
    seeds.add("chunk-negative", chunked + "-1\r\n");
    seeds.add("length-huge", ping + "Content-Length: 2147483647\r\n\r\n");
    seeds.add("length-negative", ping + "Content-Length: -5\r\n\r\n");
    seeds.add("lengths-two", ping + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}");
    seeds.add("origin", "GET /" + host + "Origin: http://x\r\n\r\n");
    seeds.add("foreign-host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    seeds.add("reason", "GET /" + host + "X-Tailscale-Reason: !\r\n\r\n");
    seeds.add("connect", "CONNECT x:1 HTTP/1.1\r\n\r\n");
    seeds.add("no-version", "GET /\r\n\r\n");
    seeds.add("long-line", "GET /" + "a".repeat(9000));
    seeds.add("many-fields", "GET /" + host + "A: b\r\n".repeat(200) + "\r\n");
    seeds.add("folded", "GET /" + host + "A: b\r\n c\r\n\r\n");
    seeds.add("bare-newline", "GET / HTTP/1.1\n\n");
    seeds.add("server-status", "GET /server-status?wait=1" + host + "\r\n");
    seeds.add("splitting", "GET /localapi/v0/x%0d%0aSet-Cookie:%201" + host + "\r\n");
  }
}
