package dev.meshd.control.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One registration: which keys go into the request, and what the answer means.
 *
 * <table>
 *   <caption>Keys</caption>
 *   <tr><th>situation</th><th>node key</th><th>old node key</th></tr>
 *   <tr><td>first join</td><td>new</td><td>zero</td></tr>
 *   <tr><td>restart</td><td>current</td><td>the one before, if any</td></tr>
 *   <tr><td>expired, or login wanted</td><td>new</td><td>current</td></tr>
 *   <tr><td>follow-up</td><td>the pending one</td><td>as before</td></tr>
 * </table>
 *
 * A new key is kept on disk first ({@link NewKeys}). If the server does not know the current key
 * but a login was under way when the last process ended, the key of that login is tried too.
 *
 * <p>An auth key never travels with a follow-up: the server would take the request for a new one.
 * Owned by the client's login thread. Source: tailscale: control/controlclient/direct.go.
 */
final class Registrar {
  /** A register request is answered at once, a follow-up when a human has acted. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final Duration FOLLOW_UP_TIMEOUT = Duration.ofMinutes(2);
  private static final int MAX_QUOTED = 200;
  private static final RegisterResult EXPIRED_AGAIN =
      new RegisterResult.Rejected("the server says that a node key made this moment has expired");

  /** Sends a register request; the seam for tests. */
  interface Exchange {
    ControlRequests.Reply register(RegisterRequest request, Duration timeout)
        throws IOException, InterruptedException;
  }

  /** The keys a registration is about. */
  record Keys(NodePrivateKey current, Optional<NodePrivateKey> old) {}

  private final Exchange exchange;
  private final int version;
  private final NewKeys newKeys;
  private final JitterSource jitter;

  Registrar(Exchange exchange, int version, NewKeys newKeys, JitterSource jitter) {
    this.exchange = exchange;
    this.version = version;
    this.newKeys = newKeys;
    this.jitter = jitter;
  }

  /**
   * The keys for a node that has none, or wants another one.
   *
   * @throws IOException if a new key cannot be kept
   */
  Keys fresh(Optional<NodePrivateKey> current) throws IOException {
    return new Keys(newKeys.next(current), current);
  }

  /** The owner has the keys of a login that ended well. */
  void settle() {
    newKeys.settle();
  }

  /** What becomes of a login whose new key could not be kept. */
  static RegisterResult.Rejected notKept(IOException why) {
    return new RegisterResult.Rejected(
        "this machine cannot keep a new node key: " + why.getMessage());
  }

  /**
   * Registers under {@code keys}; if the server says the key has expired, once more under a new
   * one.
   *
   * @param authKey empty for none
   */
  RegisterResult register(Keys keys, String authKey, Hostinfo hostinfo)
      throws InterruptedException {
    Optional<RegisterResult> result =
        send(keys, withAuth(request(keys, hostinfo), authKey), TIMEOUT);
    if (result.isPresent()) {
      return result.get() instanceof RegisterResult.NeedsLogin
          ? unfinishedLogin(keys, hostinfo).orElse(result.get())
          : result.get();
    }
    Keys rotated;
    try {
      rotated = fresh(Optional.of(keys.current()));
    } catch (IOException e) {
      return notKept(e);
    }
    return send(rotated, withAuth(request(rotated, hostinfo), authKey), TIMEOUT)
        .orElse(EXPIRED_AGAIN);
  }

  /** The end of a login that an earlier process did not learn of, if it ended well. */
  private Optional<RegisterResult> unfinishedLogin(Keys keys, Hostinfo hostinfo)
      throws InterruptedException {
    Optional<NodePrivateKey> pending =
        newKeys.pending().filter(key -> !key.publicKey().equals(keys.current().publicKey()));
    if (pending.isEmpty()) {
      return Optional.empty();
    }
    Keys tried = new Keys(pending.get(), Optional.of(keys.current()));
    return send(tried, request(tried, hostinfo), TIMEOUT)
        .filter(result -> result instanceof RegisterResult.Registered);
  }

  /**
   * Waits up to two minutes for a human to visit {@code url}. A server holds the request until
   * then, so silence is no failure: the answer is the same URL again. Asking anew finds out about a
   * connection that died meanwhile; a server that let the node in while nobody listened says so at
   * once.
   */
  RegisterResult followUp(Keys keys, String url, Hostinfo hostinfo) throws InterruptedException {
    return send(keys, request(keys, hostinfo).followup(url), FOLLOW_UP_TIMEOUT)
        .orElse(EXPIRED_AGAIN);
  }

  /** Tells the server that the node goes for good; the answer does not matter. */
  void logOut(Keys keys, Hostinfo hostinfo, Duration timeout)
      throws IOException, InterruptedException {
    exchange.register(
        request(keys, hostinfo).expiry(RegisterRequest.LOGOUT_EXPIRY).build(), timeout);
  }

  private RegisterRequest.Builder request(Keys keys, Hostinfo hostinfo) {
    return RegisterRequest.builder()
        .version(version)
        .nodeKey(keys.current().publicKey())
        .oldNodeKey(keys.old().map(NodePrivateKey::publicKey).orElse(NodeKey.zero()))
        .hostinfo(hostinfo);
  }

  private static RegisterRequest.Builder withAuth(RegisterRequest.Builder request, String authKey) {
    // What follows the marker signs for a tailnet lock and is not the server's business.
    int wrapped = authKey.indexOf("--TL");
    String key = wrapped < 0 ? authKey : authKey.substring(0, wrapped);
    return key.isEmpty() ? request : request.auth(RegisterRequestAuth.ofKey(key));
  }

  /** Empty when the server wants another node key. */
  private Optional<RegisterResult> send(
      Keys keys, RegisterRequest.Builder builder, Duration timeout) throws InterruptedException {
    RegisterRequest request = builder.build();
    ControlRequests.Reply reply;
    try {
      reply = exchange.register(request, timeout);
    } catch (SilenceException e) {
      return Optional.of(
          request.followup().isEmpty()
              ? new RegisterResult.Unreachable(String.valueOf(e.getMessage()), Optional.empty())
              : new RegisterResult.NeedsLogin(request.followup(), keys.current(), keys.old()));
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return Optional.of(new RegisterResult.Unreachable(reason, Optional.empty()));
    }
    return switch (reply.status()) {
      case 200 -> interpret(keys, request, reply.text());
      case 429 ->
          Optional.of(
              new RegisterResult.Unreachable(
                  "the server asks us to wait",
                  Optional.of(RetryAfter.of(reply.retryAfter(), Instant.now(), jitter))));
      case 400 ->
          Optional.of(
              new RegisterResult.Rejected(
                  "the server refuses the request: " + quoted(reply.text())));
      default ->
          Optional.of(
              new RegisterResult.Unreachable(
                  "the server answers " + reply.status() + ": " + quoted(reply.text()),
                  Optional.empty()));
    };
  }

  private static Optional<RegisterResult> interpret(
      Keys keys, RegisterRequest request, String json) {
    RegisterResponse response;
    try {
      response = WireJson.decode(json.getBytes(UTF_8), RegisterResponse.class);
    } catch (WireException e) {
      return Optional.of(
          new RegisterResult.Unreachable(
              "the server's answer is not a registration", Optional.empty()));
    }
    if (!response.error().isEmpty()) {
      String what =
          request.auth() == null
              ? "the server refuses this node: "
              : "the server refuses the auth key: ";
      return Optional.of(new RegisterResult.Rejected(what + quoted(response.error())));
    }
    if (response.nodeKeySignature() != null && response.nodeKeySignature().length() > 0) {
      return Optional.of(
          new RegisterResult.Rejected(
              "the network is under a tailnet lock, which this node cannot sign for"));
    }
    if (response.nodeKeyExpired()) {
      return Optional.empty();
    }
    return Optional.of(
        response.authUrl().isEmpty()
            ? new RegisterResult.Registered(
                response.user(),
                response.login(),
                response.machineAuthorized(),
                keys.current(),
                keys.old())
            : new RegisterResult.NeedsLogin(response.authUrl(), keys.current(), keys.old()));
  }

  /** At most so much of what a server says, on one line. */
  private static String quoted(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() > MAX_QUOTED ? line.substring(0, MAX_QUOTED) + "..." : line;
  }
}
