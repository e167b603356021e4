package dev.meshd.coordinator;

import dev.meshd.control.model.DERPMap;
import dev.meshd.control.transport.NoiseUpgradeServer;
import dev.meshd.coordinator.admin.AdminApi;
import dev.meshd.coordinator.admin.AdminServer;
import dev.meshd.coordinator.admin.LogControl;
import dev.meshd.coordinator.config.AdvertisedAddress;
import dev.meshd.coordinator.config.ListenAddress;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.coordinator.gate.ConnectionGate;
import dev.meshd.coordinator.gate.GateLimits;
import dev.meshd.coordinator.gate.GateMeters;
import dev.meshd.coordinator.gate.OpenFiles;
import dev.meshd.coordinator.loop.CoordinatorLoop;
import dev.meshd.coordinator.metrics.MapMetrics;
import dev.meshd.coordinator.metrics.ServerMetrics;
import dev.meshd.coordinator.netmap.MapComposer;
import dev.meshd.coordinator.netmap.SessionHub;
import dev.meshd.coordinator.registry.ActivityLog;
import dev.meshd.coordinator.registry.IpAllocator;
import dev.meshd.coordinator.registry.KeyRing;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.PendingRegistrations;
import dev.meshd.coordinator.registry.Registrar;
import dev.meshd.coordinator.registry.UserDirectory;
import dev.meshd.coordinator.relay.EmbeddedRelay;
import dev.meshd.coordinator.relay.RelayCertificate;
import dev.meshd.coordinator.relay.RelayExpulsion;
import dev.meshd.coordinator.relay.RelayPlan;
import dev.meshd.coordinator.storage.DataDirectory;
import dev.meshd.coordinator.storage.Database;
import dev.meshd.coordinator.storage.ServerKeys;
import dev.meshd.coordinator.web.ControlListener;
import dev.meshd.coordinator.web.ControlMeters;
import dev.meshd.coordinator.web.FrontDoor;
import dev.meshd.coordinator.web.IssuedCertificate;
import dev.meshd.coordinator.web.MetricsListener;
import dev.meshd.coordinator.web.NodeRequests;
import dev.meshd.coordinator.web.RecentHealth;
import dev.meshd.coordinator.web.ReloadedCertificate;
import dev.meshd.coordinator.web.WebStats;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.server.ServerIdentity;
import dev.meshd.packet.IpAddress;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordination server: the parts put together and started in the order in which they need
 * each other, and stopped in reverse. Thread-safe.
 */
public final class CoordinatorServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
  private static final Duration CERTIFICATE_CHECK = Duration.ofSeconds(5);

  /** What was started, newest first. */
  private final Deque<Closing> started = new ArrayDeque<>();

  private final InstantSource clock;
  private final Executor virtualThreads =
      task -> Thread.ofVirtual().name("coordinator-work").start(task);
  private final ServerConfig config;
  private final LogControl log;

  // Set while starting; read by the threads started then.
  private volatile URI serverUrl = URI.create("http://127.0.0.1");
  private volatile int port;
  private volatile int metricsPort;
  private volatile Supplier<CompletableFuture<String>> vitals =
      () -> CompletableFuture.completedFuture("Starting");

  /** Stops one part. */
  private interface Closing {
    void close();
  }

  private CoordinatorServer(ServerConfig config, LogControl log, InstantSource clock) {
    this.config = config;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Starts a server.
   *
   * @throws ServerStartException with a sentence for the operator; nothing is left running then
   */
  public static CoordinatorServer start(ServerConfig config) throws ServerStartException {
    return start(config, LogControl.NONE);
  }

  /** As {@link #start(ServerConfig)}, with a log whose levels administrators can change. */
  public static CoordinatorServer start(ServerConfig config, LogControl log)
      throws ServerStartException {
    return start(config, log, Clock.systemUTC());
  }

  /** The same by another clock. */
  static CoordinatorServer start(ServerConfig config, LogControl log, InstantSource clock)
      throws ServerStartException {
    CoordinatorServer server = new CoordinatorServer(config, log, clock);
    try {
      server.startParts();
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      String message = e.getMessage();
      throw new ServerStartException(message == null ? e.toString() : message, e);
    }
  }

  private void startParts() throws IOException {
    DataDirectory data = closing(DataDirectory.take(config.dataDir()));
    data.requireComplete();
    Database database = closing(Database.open(data.resolve(DataDirectory.DATABASE)));
    ServerMetrics metrics = closing(new ServerMetrics());
    EventLoopGroup network = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    started.push(() -> network.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly());
    CoordinatorLoop loop = closing(new CoordinatorLoop());
    IpAllocator addresses = new IpAllocator(config.addresses().v4(), config.addresses().v6());
    NodeRegistry nodes = new NodeRegistry(database, addresses, clock);
    ServerKeys keys =
        nodes.size() > 0 ? ServerKeys.load(data.path()) : ServerKeys.loadOrCreate(data.path());
    UserDirectory users = new UserDirectory(database, clock);
    ActivityLog activity = new ActivityLog(users);
    nodes.addListener(activity);
    users.addListener(activity);
    KeyRing keyRing = new KeyRing(database, clock, SecureRandomSource.system());
    bindCounts(metrics, database, nodes, users, loop);
    PendingRegistrations pending = new PendingRegistrations(clock, SecureRandomSource.system());
    started.push(() -> loop.call(() -> flush(nodes)).exceptionally(failure -> false).join());

    List<IpAddress> hostAddresses = AdvertisedAddress.ofThisHost();
    serverUrl = AdvertisedAddress.serverUrl(config, config.listen().port(), hostAddresses);
    Optional<ReloadedCertificate> reloaded = certificate();
    Optional<ServerIdentity> certificate = reloaded.map(ReloadedCertificate::current);
    int connections = OpenFiles.perPort(2);
    long heap = Runtime.getRuntime().maxMemory();
    ConnectionGate relayGate = new ConnectionGate(GateLimits.standard(heap, connections));
    ConnectionGate controlGate = new ConnectionGate(GateLimits.standard(heap, connections));
    GateMeters.bind(metrics.registry(), relayGate, "relay");
    GateMeters.bind(metrics.registry(), controlGate, "control");
    nodes.addListener(new RelayExpulsion(relayGate));
    Optional<RelayParts> relay =
        startRelay(keys, nodes, certificate, relayGate, network, metrics, hostAddresses);
    DERPMap derpMap = relay.map(RelayParts::map).orElseGet(() -> DERPMap.of(Map.of()));

    MapMetrics mapMetrics = new MapMetrics(metrics.registry());
    MapComposer composer = new MapComposer(nodes, users, config.dns(), derpMap, clock, mapMetrics);
    SessionHub hub =
        new SessionHub(
            loop,
            nodes,
            users,
            composer,
            clock,
            System::nanoTime,
            JitterSource.system(),
            config.ephemeralTimeout(),
            mapMetrics);
    Registrar registrar =
        new Registrar(users, keyRing, nodes, pending, clock, () -> serverUrl, config.nodeExpiry());
    startAdministration(new AdminApi(users, keyRing, nodes, registrar, log, clock), loop, network);
    WebStats stats = new WebStats();
    NodeRequests requests =
        new NodeRequests(
            loop,
            nodes,
            registrar,
            hub,
            composer,
            virtualThreads,
            mapMetrics,
            controlGate,
            config.addresses().all(),
            stats);
    NoiseUpgradeServer upgrade =
        new NoiseUpgradeServer(keys.noise(), SecureRandomSource.system(), requests);
    ControlMeters.bind(metrics.registry(), upgrade.stats(), stats);
    RecentHealth health = new RecentHealth(database::isAlive, System::nanoTime);
    FrontDoor.Services services =
        new FrontDoor.Services(
            keys.noise().publicKey(),
            upgrade,
            nodes,
            id -> loop.call(() -> registrar.view(id)),
            clock,
            health,
            virtualThreads,
            controlGate,
            stats);
    startControl(services, reloaded, network, hostAddresses);
    startMetrics(metrics, health, network);
    started.push(() -> loop.call(() -> endStreams(hub)).exceptionally(failure -> false).join());
    loop.every(
        HOUSEKEEPING,
        () -> {
          pending.lapseOld();
          nodes.announceExpired();
          hub.keepAlive();
          nodes.flush();
          relay.ifPresent(parts -> parts.renewIfDue(hub));
        });
    reloaded.ifPresent(
        files -> {
          relay.ifPresent(
              parts ->
                  files.onChange(identity -> loop.execute(() -> parts.present(identity, hub))));
          loop.every(CERTIFICATE_CHECK, () -> virtualThreads.execute(files::check));
        });
    vitals = () -> loop.call(() -> vitals(nodes, hub));
    LOG.info("serving {} as {}", config.listen().withPort(port), serverUrl);
  }

  private String vitals(NodeRegistry nodes, SessionHub hub) {
    return "Serving %s; %d nodes, %d connected"
        .formatted(serverUrl, nodes.size(), hub.sessionCount());
  }

  private Optional<ReloadedCertificate> certificate() throws IOException {
    if (config.tls().isEmpty()) {
      return Optional.empty();
    }
    ServerConfig.TlsFiles files = config.tls().get();
    try {
      return Optional.of(ReloadedCertificate.load(files));
    } catch (IOException e) {
      throw new IOException("cannot use the configured certificate: " + e.getMessage(), e);
    }
  }

  /**
   * The relay and, unless one was configured, its certificate.
   *
   * @param map what clients are told of it at first
   */
  private record RelayParts(EmbeddedRelay relay, Optional<RelayCertificate> own, DERPMap map) {
    /** The relay first, then the clients: they come at once with the new pin. */
    void renewIfDue(SessionHub hub) {
      own.flatMap(RelayCertificate::renewIfDue).ifPresent(identity -> present(identity, hub));
    }

    void present(ServerIdentity identity, SessionHub hub) {
      relay.present(identity);
      hub.relaysChanged(relay.derpMap(identity));
    }
  }

  private Optional<RelayParts> startRelay(
      ServerKeys keys,
      NodeRegistry nodes,
      Optional<ServerIdentity> certificate,
      ConnectionGate gate,
      EventLoopGroup network,
      ServerMetrics metrics,
      List<IpAddress> hostAddresses)
      throws IOException {
    ServerConfig.Relay settings = config.relay();
    if (!settings.enabled()) {
      return Optional.empty();
    }
    RelayPlan plan = RelayPlan.of(settings, serverUrl, hostAddresses);
    Optional<RelayCertificate> own =
        certificate.isPresent()
            ? Optional.empty()
            : Optional.of(
                RelayCertificate.open(
                    config.dataDir().resolve(DataDirectory.RELAY_CERTIFICATE), plan.host(), clock));
    ServerIdentity identity =
        certificate.or(() -> own.map(RelayCertificate::identity)).orElseThrow();
    EmbeddedRelay relay =
        closing(
            EmbeddedRelay.start(
                settings, plan, keys.derp(), identity, nodes::isKnown, gate, network));
    relay.bindTo(metrics.registry());
    LOG.info(
        "relay on {}, STUN on {}, clients dial {}",
        settings.listen().withPort(relay.derpPort()),
        settings.stunListen().withPort(relay.stunPort()),
        plan.host());
    return Optional.of(new RelayParts(relay, own, relay.derpMap(identity)));
  }

  private void startAdministration(AdminApi api, CoordinatorLoop loop, EventLoopGroup network)
      throws IOException {
    closing(AdminServer.start(config.adminSocket(), api, loop, network));
  }

  private void startControl(
      FrontDoor.Services services,
      Optional<ReloadedCertificate> certificate,
      EventLoopGroup network,
      List<IpAddress> hostAddresses)
      throws IOException {
    ListenAddress at = config.listen();
    Optional<Supplier<SSLContext>> tls = certificate.map(CoordinatorServer::newestContext);
    try {
      ControlListener listener =
          closing(ControlListener.open(network, at.toSocketAddress(), tls, services));
      port = listener.port();
      serverUrl = AdvertisedAddress.serverUrl(config, port, hostAddresses);
    } catch (IOException e) {
      throw new IOException("cannot listen on " + at + ": " + e.getMessage(), e);
    }
    if (config.fallbackListen().isPresent() && AdvertisedAddress.needsFallback(serverUrl)) {
      startFallback(config.fallbackListen().get(), services, network);
    }
  }

  private static void bindCounts(
      ServerMetrics metrics,
      Database database,
      NodeRegistry nodes,
      UserDirectory users,
      CoordinatorLoop loop) {
    metrics.gauge("meshd.nodes", "Registered nodes.", nodes::size);
    metrics.gauge("meshd.users", "Users.", users::size);
    metrics.gauge("meshd.loop.queue.depth", "Tasks that wait for the loop.", loop::queued);
    Timer waits =
        Timer.builder("meshd.database.wait")
            .description("Time of a database transaction, commit included.")
            .register(metrics.registry());
    database.onTransaction(nanos -> waits.record(nanos, TimeUnit.NANOSECONDS));
  }

  private static Supplier<SSLContext> newestContext(ReloadedCertificate certificate) {
    AtomicReference<SSLContext> context =
        new AtomicReference<>(certificate.current().serverContext());
    certificate.onChange(identity -> context.set(identity.serverContext()));
    return context::get;
  }

  private void startMetrics(ServerMetrics metrics, RecentHealth health, EventLoopGroup network)
      throws IOException {
    if (config.metricsListen().isEmpty()) {
      return;
    }
    ListenAddress at = config.metricsListen().get();
    try {
      MetricsListener listener =
          closing(
              MetricsListener.open(network, at.toSocketAddress(), metrics, health, virtualThreads));
      metricsPort = listener.port();
      LOG.info("metrics on {}", at.withPort(metricsPort));
    } catch (IOException e) {
      throw new IOException("cannot listen on " + at + " for metrics: " + e.getMessage(), e);
    }
  }

  /** The server works without it, but not for every client after an interruption. */
  private void startFallback(
      ListenAddress at, FrontDoor.Services services, EventLoopGroup network) {
    SSLContext tls =
        IssuedCertificate.forHost(AdvertisedAddress.host(serverUrl), clock.instant())
            .serverContext();
    try {
      closing(
          ControlListener.open(network, at.toSocketAddress(), Optional.of(() -> tls), services));
    } catch (IOException e) {
      LOG.warn(
          "cannot listen on {} ({}): Tailscale clients that lose this server will look for it there"
              + " and not find it; use an https server URL with a certificate, or make the port"
              + " available",
          at,
          e.getMessage());
    }
  }

  private <T extends AutoCloseable> T closing(T part) {
    started.push(
        () -> {
          try {
            part.close();
          } catch (Exception e) {
            LOG.debug("stopping {} failed", part, e);
          }
        });
    return part;
  }

  private static boolean flush(NodeRegistry nodes) {
    nodes.flush();
    return true;
  }

  private static boolean endStreams(SessionHub hub) {
    hub.closeAll();
    return true;
  }

  /**
   * What the server is doing, in one line, told by the thread that does it.
   *
   * @return completes when that thread gets to it
   */
  public CompletableFuture<String> statusLine() {
    return vitals.get();
  }

  /** The control port in use, also when the system chose it. */
  public int port() {
    return port;
  }

  /** The port of metrics in use; 0 when they are not served. */
  public int metricsPort() {
    return metricsPort;
  }

  /** What clients are to be given as the server's address. */
  public URI serverUrl() {
    return serverUrl;
  }

  /** Ends streams, then listeners, then writes what is left. Idempotent. */
  @Override
  public synchronized void close() {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
