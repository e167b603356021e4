package dev.meshd.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.bus.BusWatcher;
import dev.meshd.agent.bus.IpnBus;
import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.PeerStatus;
import dev.meshd.agent.localapi.PingResult;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.localapi.Status;
import dev.meshd.agent.localapi.server.AccessRules;
import dev.meshd.agent.localapi.server.LocalApiServer;
import dev.meshd.agent.localapi.server.LocalBackend;
import dev.meshd.cli.Meshd;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/** A daemon without a network: it shows what it is given and plays back what it is told to. */
final class FakeDaemon implements LocalBackend, AutoCloseable {
  private volatile String logLevel = "info";
  final IpnBus bus = new IpnBus();
  final List<String> calls = new ArrayList<>();
  final Queue<PingResult> pongs = new ArrayDeque<>();
  final Map<String, PeerStatus> peers = new TreeMap<>();
  final Map<String, Status.UserProfile> users = new TreeMap<>();
  final List<String> health = new ArrayList<>();
  BackendState state = BackendState.RUNNING;
  Prefs prefs = Prefs.defaults();
  String authUrl = "";
  boolean haveNodeKey = true;

  /** Runs when the daemon is started or edited to run; by default it comes up. */
  Runnable onUp = () -> bus.publish(Notify.ofState(BackendState.RUNNING));

  private final Path socket;
  private final LocalApiServer server;

  FakeDaemon(Path directory) throws IOException {
    socket = directory.resolve("fake.sock");
    server =
        LocalApiServer.open(socket, new AccessRules(Files.getOwner(directory), () -> ""), this);
  }

  /** What a command line did. */
  record Result(int exitCode, String out, String err) {}

  /** Runs a command line against this daemon. */
  Result run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add(1, "--socket");
    all.add(2, socket.toString());
    return runBare(all.toArray(String[]::new));
  }

  static Result runBare(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Meshd.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Result(code, out.toString(), err.toString());
  }

  static PeerStatus peer(String id, int address, String json) {
    try {
      String all =
          "{\"ID\":\""
              + id
              + "\",\"HostName\":\""
              + id
              + "\",\"DNSName\":\""
              + id
              + ".example.com.\",\"OS\":\"linux\","
              + "\"UserID\":1,\"PublicKey\":\"nodekey:"
              + id
              + "\",\"TailscaleIPs\":[\"100.64.0."
              + address
              + "\"]"
              + (json.isEmpty() ? "" : "," + json)
              + "}";
      return Json.read(all.getBytes(java.nio.charset.StandardCharsets.UTF_8), PeerStatus.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void add(PeerStatus peer) {
    peers.put(peer.publicKey(), peer);
  }

  @Override
  public void awaitReady() {}

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public Status status(boolean withPeers) {
    return new Status(
        "1",
        true,
        state.text(),
        haveNodeKey,
        authUrl,
        List.of("100.64.0.1", "fd7a:115c:a1e0::1"),
        peer("self", 1, "\"Online\":true"),
        null,
        health,
        "example.com",
        null,
        List.of(),
        withPeers ? peers : Map.of(),
        users,
        null);
  }

  @Override
  public Prefs prefs() {
    return prefs;
  }

  @Override
  public Prefs edit(MaskedPrefs edit) throws PrefsException {
    calls.add("edit " + edit.fields());
    prefs = edit.applyTo(prefs);
    if (prefs.wantRunning()) {
      onUp.run();
    }
    return prefs;
  }

  @Override
  public void check(Prefs checked) {}

  @Override
  public void start(StartOptions options) {
    calls.add("start " + options.key().orElse("without key"));
    if (options.updatePrefs() != null) {
      prefs = options.updatePrefs();
    }
    onUp.run();
  }

  @Override
  public void loginInteractive() {
    calls.add("login");
  }

  @Override
  public void logout() {
    calls.add("logout");
  }

  @Override
  public BusWatcher watch(long mask) {
    return bus.watch(mask, Notify::empty);
  }

  @Override
  public PingResult ping(String ip, String type) {
    PingResult next = pongs.poll();
    return next == null ? PingResult.failed(ip, "unknown peer") : next;
  }

  @Override
  public Optional<JsonNode> whois(String address) {
    return Optional.empty();
  }

  @Override
  public JsonNode derpMap() {
    return Json.object();
  }

  @Override
  public JsonNode dnsConfig() {
    return Json.object();
  }

  @Override
  public JsonNode currentProfile() {
    return Json.object();
  }

  @Override
  public String userMetrics() {
    return "# TYPE meshd_peers gauge\nmeshd_peers 2\n";
  }

  @Override
  public String forwardingProblem() {
    return "";
  }

  @Override
  public String markLog(String note) {
    return "BUG-1";
  }

  @Override
  public Map<String, String> bugReport() {
    return Map.of("summary.txt", "all is well\n");
  }

  @Override
  public Map<String, String> logLevels() {
    return Map.of("ROOT", "warn", "dev.meshd", logLevel);
  }

  @Override
  public void setLogLevel(String logger, String level, Optional<Duration> limit) {
    if (!level.equals("debug")) {
      throw new IllegalArgumentException("the level must be one of error, debug, not \"x\"");
    }
    logLevel = level;
  }

  @Override
  public boolean debugAction(String action) {
    return false;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
