package dev.meshd.agent.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.bus.BusWatcher;
import dev.meshd.agent.diagnostics.BugReport;
import dev.meshd.agent.diagnostics.ProcessFigures;
import dev.meshd.agent.diagnostics.ServiceLog;
import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.NotifyMask;
import dev.meshd.agent.localapi.PingResult;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.localapi.Status;
import dev.meshd.agent.localapi.server.LocalBackend;
import dev.meshd.agent.node.MeshNode;
import dev.meshd.agent.state.NodeState;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the local API out of the backend. Thread-safe. */
public final class BackendApi implements LocalBackend {
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration RESPONSE_PATIENCE = Duration.ofSeconds(5);
  private static final String DISCO = "disco";

  private static final int MAX_NOTE_CHARS = 500;
  private static final Logger log = LoggerFactory.getLogger(BackendApi.class);

  private final Backend backend;
  private final ServiceLog serviceLog;
  private final String version;
  private final StatusBuilder statusBuilder;
  private final CountDownLatch ready = new CountDownLatch(1);

  public BackendApi(Backend backend, ServiceLog serviceLog, String version) {
    this.backend = backend;
    this.serviceLog = serviceLog;
    this.version = version;
    this.statusBuilder = new StatusBuilder(version);
  }

  /** Lets waiting requests through. */
  public void setReady() {
    ready.countDown();
  }

  @Override
  public void awaitReady() throws InterruptedException {
    ready.await();
  }

  @Override
  public boolean isReady() {
    return ready.getCount() == 0;
  }

  /** What the daemon is doing, in one line. */
  public String statusLine() {
    return StatusLine.of(backend.snapshot());
  }

  /** Whether all threads that must not stand still answer. Blocks for a few seconds at most. */
  public boolean isResponsive() throws InterruptedException {
    return backend.isResponsive(RESPONSE_PATIENCE);
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Status status(boolean withPeers) {
    Snapshot snapshot = backend.snapshot();
    Map<NodeKey, dev.meshd.engine.PeerStatus> peers = new HashMap<>();
    if (withPeers) {
      snapshot
          .mesh()
          .ifPresent(node -> enginePeers(node).forEach(peer -> peers.put(peer.key(), peer)));
    }
    return statusBuilder.build(snapshot, peers, withPeers, Instant.now());
  }

  private static Iterable<dev.meshd.engine.PeerStatus> enginePeers(MeshNode node) {
    try {
      return node.peers();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public Prefs prefs() {
    return backend.snapshot().node().prefs();
  }

  @Override
  public Prefs edit(MaskedPrefs edit) throws PrefsException {
    return backend.edit(edit);
  }

  @Override
  public void check(Prefs prefs) throws PrefsException {
    PrefsRules.check(prefs);
  }

  @Override
  public void start(StartOptions options) throws PrefsException {
    backend.start(options);
  }

  @Override
  public void loginInteractive() {
    backend.loginInteractive();
  }

  @Override
  public void logout() throws InterruptedException {
    backend.logout();
  }

  @Override
  public BusWatcher watch(long mask) {
    return backend.bus().watch(mask, () -> firstMessage(mask));
  }

  private Notify firstMessage(long mask) {
    Snapshot now = backend.snapshot();
    Notify first = Notify.empty();
    if ((mask & NotifyMask.INITIAL_STATE) != 0) {
      byte[] session = new byte[16];
      SecureRandomSource.system().fill(session);
      first = first.withSession(HexFormat.of().formatHex(session), version).withState(now.state());
      if (now.state() == BackendState.NEEDS_LOGIN && !now.loginUrl().isEmpty()) {
        first = first.withLoginUrl(now.loginUrl());
      }
    }
    if ((mask & NotifyMask.INITIAL_PREFS) != 0) {
      first = first.withPrefs(now.node().prefs());
    }
    if ((mask & NotifyMask.INITIAL_NETMAP) != 0 && now.netmap().isPresent()) {
      Netmap map = now.netmap().get();
      first = first.withNetMap(NetworkNotes.netmap(map), NetworkNotes.json(map.self()));
    }
    if ((mask & NotifyMask.INITIAL_HEALTH) != 0) {
      first = first.withHealth(now.health());
    }
    if ((mask & NotifyMask.INITIAL_STATUS) != 0) {
      first = first.withStatus(status(true));
    }
    return first;
  }

  @Override
  public PingResult ping(String ip, String type) throws InterruptedException {
    Snapshot snapshot = backend.snapshot();
    if (snapshot.netmap().isEmpty() || snapshot.mesh().isEmpty()) {
      return PingResult.failed(ip, "local meshd is not connected");
    }
    Netmap map = snapshot.netmap().get();
    Optional<Node> target = IpAddress.tryParse(ip).flatMap(address -> byAddress(map, address));
    if (target.isEmpty()) {
      return PingResult.failed(ip, "no matching peer");
    }
    if (target.get().key().equals(map.self().key())) {
      return new PingResult(
          ip, ip, label(target.get()), ip + " is local meshd IP", 0, "", 0, "", true);
    }
    if (!type.equals(DISCO)) {
      return PingResult.failed(ip, type + " ping is not supported by this version of meshd");
    }
    return disco(snapshot.mesh().get(), map, target.get(), ip);
  }

  private static PingResult disco(MeshNode mesh, Netmap map, Node peer, String ip)
      throws InterruptedException {
    try {
      return mesh.ping(peer.key(), PING_TIMEOUT)
          .map(
              answer -> {
                Endpoint via = answer.via();
                int region = via.isDerp() ? via.derpRegion() : 0;
                return new PingResult(
                    ip,
                    StatusBuilder.ips(peer).stream().findFirst().orElse(ip),
                    label(peer),
                    "",
                    answer.latencyNs() / 1e9,
                    via.isDerp() ? "" : via.toString(),
                    region,
                    StatusBuilder.regionCode(map, region),
                    false);
              })
          .orElseGet(
              () ->
                  PingResult.failed(
                      ip,
                      peer.expiredAt(Instant.now())
                          ? "peer's node key has expired"
                          : "unknown peer"));
    } catch (TimeoutException e) {
      return PingResult.failed(ip, "timed out");
    }
  }

  /** The first label of the node's name. */
  private static String label(Node node) {
    int dot = node.name().indexOf('.');
    return dot < 0 ? node.name() : node.name().substring(0, dot);
  }

  @Override
  public Optional<JsonNode> whois(String address) {
    return backend
        .snapshot()
        .netmap()
        .flatMap(map -> find(map, address).map(node -> whois(map, node)));
  }

  private static JsonNode whois(Netmap map, Node node) {
    ObjectNode answer = Json.object();
    answer.set("Node", NetworkNotes.json(node));
    map.userOf(node)
        .ifPresent(user -> answer.set("UserProfile", WireJson.mapper().valueToTree(user)));
    answer.putNull("CapMap");
    return answer;
  }

  private static Optional<Node> find(Netmap map, String address) {
    return NodeKey.tryParse(address)
        .flatMap(key -> all(map).filter(node -> node.key().equals(key)).findFirst())
        .or(() -> IpAddress.tryParse(address).flatMap(ip -> byAddress(map, ip)))
        .or(
            () ->
                Endpoint.tryParse(address).flatMap(endpoint -> byAddress(map, endpoint.address())));
  }

  private static Optional<Node> byAddress(Netmap map, IpAddress address) {
    return all(map)
        .filter(
            node -> node.addresses().stream().anyMatch(prefix -> prefix.address().equals(address)))
        .findFirst();
  }

  private static Stream<Node> all(Netmap map) {
    return Stream.concat(Stream.of(map.self()), map.peers().values().stream());
  }

  @Override
  public JsonNode derpMap() {
    return backend
        .snapshot()
        .netmap()
        .<JsonNode>map(map -> WireJson.mapper().valueToTree(map.derpMap()))
        .orElseGet(Json::object);
  }

  @Override
  public JsonNode dnsConfig() {
    return backend
        .snapshot()
        .netmap()
        .<JsonNode>map(map -> WireJson.mapper().valueToTree(map.dns()))
        .orElseGet(Json::object);
  }

  @Override
  public JsonNode currentProfile() {
    NodeState node = backend.snapshot().node();
    ObjectNode profile = Json.object();
    Optional<NodeState.Login> login = node.login();
    profile.put("ID", login.map(NodeState.Login::profileId).orElse(""));
    profile.put("Name", login.map(NodeState.Login::loginName).orElse(""));
    ObjectNode network = profile.putObject("NetworkProfile");
    network.put("MagicDNSName", backend.snapshot().netmap().map(Netmap::magicDnsSuffix).orElse(""));
    network.put("DomainName", login.map(NodeState.Login::domain).orElse(""));
    profile.put("Key", login.map(l -> "profile-" + l.profileId()).orElse(""));
    ObjectNode user = profile.putObject("UserProfile");
    user.put("ID", login.map(NodeState.Login::userId).orElse(0L));
    user.put("LoginName", login.map(NodeState.Login::loginName).orElse(""));
    user.put("DisplayName", login.map(NodeState.Login::displayName).orElse(""));
    profile.put("NodeID", login.map(NodeState.Login::nodeId).orElse(""));
    profile.put("LocalUserID", "");
    profile.put("ControlURL", node.prefs().controlUrl());
    profile.put("Created", login.map(NodeState.Login::created).orElse(Json.ZERO_TIME));
    return profile;
  }

  @Override
  public String userMetrics() {
    return new UserMetrics(backend.snapshot()).text(ProcessFigures.now(), Instant.now());
  }

  @Override
  public String forwardingProblem() {
    return Optional.ofNullable(
            backend.snapshot().health().get(HealthConditions.Condition.FORWARDING_OFF.code()))
        .map(HealthWarning::text)
        .orElse("");
  }

  @Override
  public String markLog(String note) {
    byte[] random = new byte[8];
    SecureRandomSource.system().fill(random);
    String marker =
        "BUG-"
            + Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "")
            + "-"
            + HexFormat.of().formatHex(random);
    log.info("bug report {}{}", marker, note.isEmpty() ? "" : ": " + oneLine(note));
    return marker;
  }

  private static String oneLine(String note) {
    String line = note.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= MAX_NOTE_CHARS ? line : line.substring(0, MAX_NOTE_CHARS);
  }

  @Override
  public Map<String, String> bugReport() {
    Snapshot snapshot = backend.snapshot();
    return new BugReport()
        .withProcess(version, Instant.now())
        .withLog(serviceLog)
        .with("status.json", Json.pretty(status(true), "  "))
        .with("prefs.json", Json.pretty(prefs(), "  "))
        .with("health.json", Json.pretty(snapshot.health(), "  "))
        .with("relays.json", Json.pretty(derpMap(), "  "))
        .with("dns.json", Json.pretty(dnsConfig(), "  "))
        .with("metrics.txt", userMetrics())
        .files();
  }

  @Override
  public Map<String, String> logLevels() {
    return serviceLog.levels();
  }

  @Override
  public void setLogLevel(String logger, String level, Optional<Duration> limit) {
    serviceLog.setLevel(logger, level, limit);
  }

  @Override
  public boolean debugAction(String action) {
    boolean known = action.equals("rebind") || action.equals("restun");
    if (known) {
      backend.rebind();
    }
    return known;
  }
}
