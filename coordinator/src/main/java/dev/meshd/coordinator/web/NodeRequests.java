package dev.meshd.coordinator.web;

import dev.meshd.control.model.CapabilityVersion;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.NetInfo;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.transport.ControlExchange;
import dev.meshd.control.transport.ControlRequestHandler;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.coordinator.domain.NodeFacts;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.gate.ConnectionGate;
import dev.meshd.coordinator.gate.ConnectionSource;
import dev.meshd.coordinator.loop.CoordinatorLoop;
import dev.meshd.coordinator.metrics.MapMetrics;
import dev.meshd.coordinator.netmap.MapComposer;
import dev.meshd.coordinator.netmap.MapMessage;
import dev.meshd.coordinator.netmap.NodeSession;
import dev.meshd.coordinator.netmap.SessionHub;
import dev.meshd.coordinator.registry.Asker;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.Registrar;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.derp.codec.TokenBucket;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests inside Noise channels: {@code /machine/register} and {@code /machine/map}; the rest
 * of the protocol is answered 501, or 404 where real servers know no such path. The machine key is
 * the one the channel proved. Thread-safe.
 */
public final class NodeRequests implements ControlRequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRequests.class);
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_IMPLEMENTED = 501;

  /** Some seconds of work for the loop. */
  private static final int MAX_QUEUED = 4096;

  private static final String MAP_TYPE = "application/octet-stream";

  private static final Set<String> UNIMPLEMENTED =
      Set.of(
          "/machine/whoami",
          "/machine/set-dns",
          "/machine/set-device-attr",
          "/machine/audit-log",
          "/machine/id-token",
          "/machine/feature/query",
          "/machine/update-health",
          "/machine/c2n");

  private final CoordinatorLoop loop;
  private final NodeRegistry nodes;
  private final Registrar registrar;
  private final SessionHub hub;
  private final MapComposer composer;
  private final Executor encoders;
  private final MapMetrics metrics;
  private final ConnectionGate gate;
  private final WebStats stats;

  private final ReportedFacts reported;
  private final UpdateLimits updateLimits = new UpdateLimits();

  /** A login that fails may be tried without end; the log must not grow with it. */
  private final TokenBucket loginLog = new TokenBucket(1, 30, System.nanoTime());

  /** Requests handed to the loop and not yet taken up. */
  private final AtomicInteger queued = new AtomicInteger();

  /**
   * @param encoders where messages are encoded; a virtual thread per task will do
   * @param gate told whose connections turned out to be those of known nodes
   * @param mesh the ranges of node addresses
   * @param stats counts what is refused
   */
  public NodeRequests(
      CoordinatorLoop loop,
      NodeRegistry nodes,
      Registrar registrar,
      SessionHub hub,
      MapComposer composer,
      Executor encoders,
      MapMetrics metrics,
      ConnectionGate gate,
      List<IpPrefix> mesh,
      WebStats stats) {
    this.loop = loop;
    this.nodes = nodes;
    this.registrar = registrar;
    this.hub = hub;
    this.composer = composer;
    this.encoders = encoders;
    this.metrics = metrics;
    this.gate = gate;
    this.stats = stats;
    this.reported = new ReportedFacts(mesh, stats);
  }

  @Override
  public void onRequest(ControlExchange exchange) {
    String path = exchange.path();
    boolean post = exchange.method().equals("POST");
    switch (path) {
      case "/machine/register" -> ifPost(post, exchange, this::register);
      case "/machine/map" -> ifPost(post, exchange, this::map);
      default -> {
        if (UNIMPLEMENTED.contains(path)) {
          exchange.respondText(NOT_IMPLEMENTED, "not implemented");
        } else {
          exchange.respondText(NOT_FOUND, "not found");
        }
      }
    }
  }

  /** Reads a body and acts on it. */
  private interface Action {
    void run(ControlExchange exchange) throws WireException;
  }

  private void ifPost(boolean post, ControlExchange exchange, Action action) {
    if (!post) {
      exchange.respondText(METHOD_NOT_ALLOWED, "method not allowed");
      return;
    }
    try {
      action.run(exchange);
    } catch (WireException e) {
      LOG.debug("bad request from {}: {}", exchange.remoteAddress(), e.getMessage());
      stats.badRequests.increment();
      exchange.respondText(BAD_REQUEST, "bad request");
    }
  }

  private static boolean refusedAsTooOld(ControlExchange exchange, int version) {
    if (version >= CapabilityVersion.OLDEST_SERVED) {
      return false;
    }
    exchange.respondText(BAD_REQUEST, "unsupported client version: " + version);
    return true;
  }

  private void register(ControlExchange exchange) throws WireException {
    RegisterRequest sent = exchange.decodeBody(RegisterRequest.class);
    if (refusedAsTooOld(exchange, sent.version())) {
      return;
    }
    // What nobody here reads is not kept while a person decides.
    RegisterRequest request =
        sent.toBuilder()
            .hostinfo(reported.hostinfo(sent.hostinfo()))
            .nodeKeySignature(null)
            .deviceCert(null)
            .signature(null)
            .signatureType("")
            .tailnet("")
            .build();
    onLoop(
        exchange,
        () ->
            answerRegister(
                exchange, registrar.register(exchange.machineKey(), request, asker(exchange))));
  }

  private static Asker asker(ControlExchange exchange) {
    String address = exchange.remoteAddress();
    ConnectionSource source = ConnectionSource.of(exchange.connection().remoteAddress());
    return new Asker(
        // Without the slash of an address that has no name.
        address.startsWith("/") ? address.substring(1) : address, source.text(), source.local());
  }

  /** Runs {@code work} on the loop, unless so much waits for it that the client had better wait. */
  private void onLoop(ControlExchange exchange, Runnable work) {
    if (queued.incrementAndGet() > MAX_QUEUED) {
      queued.decrementAndGet();
      stats.overload.increment();
      exchange.respondText(TOO_MANY_REQUESTS, "the server is busy");
      return;
    }
    loop.execute(
        () -> {
          queued.decrementAndGet();
          try {
            work.run();
          } catch (RuntimeException e) {
            failed(exchange, e);
          }
        });
  }

  private void answerRegister(
      ControlExchange exchange, CompletableFuture<RegisterResponse> decision) {
    if (!decision.isDone()) {
      gate.waits(exchange.connection());
    }
    var _ =
        decision.whenComplete(
            (response, failure) -> {
              if (failure == null) {
                logDecision(exchange, response);
                if (response.machineAuthorized()) {
                  recognised(exchange);
                }
                exchange.respondJson(response);
              } else if (!(failure instanceof CancellationException)) {
                failed(exchange, failure);
              }
            });
    // A client that hangs up no longer waits for a person.
    var _ = exchange.closed().thenRun(() -> decision.cancel(false));
  }

  private void logDecision(ControlExchange exchange, RegisterResponse response) {
    if (response.error().isEmpty() && response.authUrl().isEmpty()) {
      return;
    }
    if (!loginLog.tryTake(1, System.nanoTime())) {
      stats.loginsNotLogged.increment();
    } else if (!response.error().isEmpty()) {
      LOG.atInfo()
          .addKeyValue("from", asker(exchange))
          .addKeyValue("reason", response.error())
          .log("registration refused");
    } else {
      LOG.atInfo()
          .addKeyValue("from", asker(exchange))
          .addKeyValue("page", response.authUrl())
          .log("device waits for approval");
    }
  }

  private void map(ControlExchange exchange) throws WireException {
    MapRequest sent = exchange.decodeBody(MapRequest.class);
    if (refusedAsTooOld(exchange, sent.version())) {
      return;
    }
    MapRequest request =
        sent.toBuilder()
            .hostinfo(reported.hostinfo(sent.hostinfo()))
            .endpoints(reported.endpoints(sent.endpoints()))
            .build();
    onLoop(exchange, () -> answerMap(exchange, request));
  }

  /** The client is a node: its connection is no longer a stranger's. */
  private void recognised(ControlExchange exchange) {
    exchange.recognise();
    gate.recognised(exchange.connection(), exchange.machineKey());
  }

  private void answerMap(ControlExchange exchange, MapRequest request) {
    Optional<NodeRecord> named = nodes.byNodeKey(request.nodeKey());
    Optional<NodeRecord> found =
        named.filter(node -> node.machineKey().equals(exchange.machineKey()));
    if (found.isEmpty()) {
      (named.isPresent() ? stats.wrongMachine : stats.unknownNode).increment();
      exchange.respondText(NOT_FOUND, "node not found");
      return;
    }
    recognised(exchange);
    boolean zstd = request.compress().equals(MapFrames.ZSTD);
    NodeRecord node = found.get();
    if (!request.readOnly()) {
      NodeFacts facts = updated(node, request);
      if (!facts.equals(node.facts())) {
        if (!updateLimits.admits(node.id(), System.nanoTime())) {
          stats.tooOften.increment();
          exchange.respondText(TOO_MANY_REQUESTS, "too many changes");
          return;
        }
        node = nodes.updateFacts(node, facts);
      }
    }
    if (!request.readOnly()) {
      metrics.endpointUpdate();
    }
    if (request.stream()) {
      stream(exchange, node, zstd);
    } else if (request.omitPeers() && !request.readOnly()) {
      exchange.respond(200, MAP_TYPE, new byte[0]);
    } else {
      MapMessage full = composer.full(node);
      MapMessage shown = request.omitPeers() ? full.withoutPeers() : full;
      var _ =
          shown.frame(zstd, encoders).thenAccept(frame -> exchange.respond(200, MAP_TYPE, frame));
    }
  }

  private void stream(ControlExchange exchange, NodeRecord node, boolean zstd) {
    AtomicReference<Runnable> ready = new AtomicReference<>(() -> {});
    MapStream stream =
        new MapStream(
            exchange.startStreaming(200, MAP_TYPE),
            zstd,
            encoders,
            metrics,
            () -> ready.get().run());
    NodeSession session = hub.open(node, stream);
    ready.set(() -> loop.execute(() -> hub.ready(session)));
    var _ = exchange.closed().thenRun(() -> loop.execute(() -> hub.ended(session)));
  }

  /** What a request leaves out stays as it was. */
  private NodeFacts updated(NodeRecord node, MapRequest request) {
    NodeFacts old = node.facts();
    Hostinfo hostinfo = request.hostinfo();
    NetInfo netInfo = hostinfo == null ? null : hostinfo.netInfo();
    List<Endpoint> endpoints = request.endpoints();
    Hostinfo kept =
        hostinfo == null
            ? old.hostinfo()
            : netInfo == null
                ? hostinfo.toBuilder().netInfo(old.hostinfo().netInfo()).build()
                : hostinfo;
    return new NodeFacts(
        discoKey(node, request.discoKey()),
        endpoints == null ? old.endpoints() : endpoints,
        netInfo == null || netInfo.preferredDerp() == 0 ? old.homeDerp() : netInfo.preferredDerp(),
        kept,
        request.version());
  }

  /**
   * The disco key of a node: what it reports, unless that is the key of another machine's node,
   * whose paths it could disturb by claiming it.
   */
  private DiscoKey discoKey(NodeRecord node, DiscoKey reported) {
    DiscoKey old = node.facts().discoKey();
    if (reported.isZero() || reported.equals(old)) {
      return old;
    }
    boolean taken =
        nodes.all().stream()
            .anyMatch(
                other ->
                    other.facts().discoKey().equals(reported)
                        && !other.machineKey().equals(node.machineKey()));
    if (taken) {
      stats.discoKeysRefused.increment();
      return old;
    }
    return reported;
  }

  private static void failed(ControlExchange exchange, Throwable failure) {
    LOG.error("{} of {} failed", exchange.path(), exchange.remoteAddress(), failure);
    exchange.respondText(SERVER_ERROR, "internal error");
  }
}
