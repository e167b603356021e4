package dev.meshd.agent.backend;

import dev.meshd.agent.backend.HealthConditions.Condition;
import dev.meshd.agent.bus.IpnBus;
import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.node.MeshNode;
import dev.meshd.agent.node.NodeEvents;
import dev.meshd.agent.state.NodeState;
import dev.meshd.agent.state.SealedFile;
import dev.meshd.agent.state.StateException;
import dev.meshd.agent.state.StateStore;
import dev.meshd.control.client.ControlClient;
import dev.meshd.control.client.ControlEvent;
import dev.meshd.control.model.DisplayMessage;
import dev.meshd.control.model.UserProfile;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.session.NetmapChange;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.engine.NetInfo;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.tun.TunException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what the daemon does. Users' wishes, events of the coordination server and of the running
 * node all become tasks of one thread, which owns every field not marked otherwise; nothing on it
 * waits for the network. Other threads read the {@link Snapshot} published after each task.
 *
 * <p>A {@link MeshNode} exists exactly while the node is wanted, known to the server and not
 * expired; it starts from the kept network map without waiting for the server.
 */
public final class Backend implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Backend.class);
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final Duration CACHE_DELAY = Duration.ofSeconds(2);
  private static final Duration RELAY_PATIENCE = Duration.ofSeconds(10);
  private static final Duration INTERFACE_RETRY = Duration.ofSeconds(10);
  private static final Duration EXPIRY_CHECK = Duration.ofSeconds(30);

  private final StateStore store;
  private final NetmapCache cache;
  private final MeshNode.Underlay underlay;
  private final ControlConnector connector;
  private final HostDescription host;
  private final DiscoPrivateKey disco = DiscoPrivateKey.generate();
  private final IpnBus bus = new IpnBus();
  private final ScheduledExecutorService thread;
  private volatile Snapshot snapshot;

  // Owned by the backend's thread.
  private final HealthConditions health =
      new HealthConditions(all -> bus.publish(Notify.ofHealth(all)));
  private BackendState state = BackendState.NO_STATE;
  private Optional<ControlClient> control = Optional.empty();
  private Optional<MeshNode> mesh = Optional.empty();
  private Optional<Netmap> netmap = Optional.empty();
  private String loginUrl = "";
  private boolean loginBlocked;
  private boolean isLoggingInWithKey;
  private List<TypedEndpoint> endpoints = List.of();
  private Optional<NetInfo> netInfo = Optional.empty();
  private int homeRegion;
  private String relayProblem = "";
  private Instant relaySeen = Instant.now();
  private Instant expiryChecked = Instant.now();
  private boolean cacheWritePending;
  private boolean closed;

  /**
   * A backend at rest; {@link #start} sets it going.
   *
   * @param underlay what nodes run on
   * @param connector makes clients of coordination servers
   * @param version shown to servers and users
   */
  public Backend(
      StateStore store,
      SealedFile cacheFile,
      MeshNode.Underlay underlay,
      ControlConnector connector,
      String version) {
    this.store = store;
    this.cache = new NetmapCache(cacheFile);
    this.underlay = underlay;
    this.connector = connector;
    this.host = new HostDescription(version);
    this.snapshot = takeSnapshot();
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("backend").daemon().factory(), (task, shutDown) -> {});
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.thread = executor;
  }

  /** Takes up where the last process left off. */
  public void start() {
    post(
        () -> {
          NodeState known = store.state();
          if (known.nodeKey().isPresent() && known.prefs().wantRunning()) {
            connect();
          }
          reconsider();
        });
    var _ =
        thread.scheduleWithFixedDelay(
            () -> runTask(this::tick), TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  // --- asked from other threads

  public IpnBus bus() {
    return bus;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Prefs edit(MaskedPrefs edit) throws PrefsException {
    return call(
        () -> {
          Prefs before = store.state().prefs();
          Prefs after = edit.applyTo(before);
          PrefsRules.check(after);
          savePrefs(after);
          if (after.wantRunning() && !before.wantRunning()) {
            connect();
          } else if (!after.wantRunning() && before.wantRunning()) {
            disconnect();
          } else {
            applyPrefs();
          }
          reconsider();
          return after;
        });
  }

  void start(StartOptions options) throws PrefsException {
    Boolean _ =
        call(
            () -> {
              Prefs before = store.state().prefs();
              Prefs after = options.updatePrefs() == null ? before : options.updatePrefs();
              PrefsRules.check(after);
              startWith(before, after, options.key());
              return true;
            });
  }

  /** Asks for a login by a human; a URL already pending is told again. */
  void loginInteractive() {
    post(
        () -> {
          if (!loginUrl.isEmpty()) {
            bus.publish(Notify.ofLoginUrl(loginUrl));
          } else if (!isLoggingInWithKey) {
            if (control.isEmpty()) {
              openControl();
            }
            boolean newKey = store.state().nodeKey().isPresent();
            loginBlocked = false;
            control.ifPresent(client -> client.login("", newKey));
          }
          reconsider();
        });
  }

  /** Logs out, waiting a little for the server to hear of it. */
  void logout() throws InterruptedException {
    Optional<ControlClient> client;
    try {
      client =
          call(
              () -> {
                if (control.isEmpty() && store.state().nodeKey().isPresent()) {
                  openControl();
                }
                savePrefs(
                    MaskedPrefs.none()
                        .with("WantRunning", false)
                        .with("LoggedOut", true)
                        .applyTo(store.state().prefs()));
                closeMesh();
                return control;
              });
    } catch (PrefsException e) {
      throw new IllegalStateException(e);
    }
    if (client.isPresent()) {
      boolean heard = client.get().logout();
      log.info("logged out{}", heard ? "" : "; the server could not be told");
    }
    post(
        () -> {
          disconnect();
          forgetLogin();
          reconsider();
        });
  }

  /** Distrusts all paths. */
  void rebind() {
    post(() -> mesh.ifPresent(MeshNode::rebind));
  }

  // --- tasks

  private void startWith(Prefs before, Prefs after, Optional<String> authKey) {
    if (!after.controlUrl().equals(before.controlUrl()) && !before.controlUrl().isEmpty()) {
      disconnect();
      forgetLogin();
    }
    savePrefs(after);
    health.clear(Condition.LOGIN);
    if (!after.wantRunning()) {
      disconnect();
      reconsider();
      return;
    }
    boolean expired = isExpired();
    if (control.isEmpty()) {
      connect();
    } else {
      applyPrefs();
    }
    loginBlocked = false;
    isLoggingInWithKey = authKey.isPresent();
    if (authKey.isPresent()) {
      control.ifPresent(client -> client.login(authKey.get(), expired));
    } else if (expired) {
      control.ifPresent(client -> client.login("", true));
    }
    reconsider();
  }

  /** Opens the connection to the server and, if there is a kept map, the network at once. */
  private void connect() {
    openControl();
    if (netmap.isEmpty()) {
      store
          .state()
          .nodeKey()
          .flatMap(key -> cache.load(key.publicKey()))
          .ifPresent(
              cached -> {
                log.info("starting from the network map of {}", cached.savedAt());
                netmap = Optional.of(cached.netmap());
              });
    }
    relaySeen = Instant.now();
    applyNetmap(Optional.empty());
  }

  private void openControl() {
    String url = store.state().prefs().controlUrl();
    if (control.isPresent() || url.isEmpty()) {
      return;
    }
    ControlClient client =
        connector.connect(
            store.state(),
            host.hostinfo(store.state().prefs(), netInfo),
            disco.publicKey(),
            endpoints,
            this::onControlEvent);
    control = Optional.of(client);
    client.start();
  }

  /** Leaves the network, staying logged in. */
  private void disconnect() {
    control.ifPresent(client -> Thread.ofVirtual().name("control-close").start(client::close));
    control = Optional.empty();
    closeMesh();
    loginUrl = "";
    loginBlocked = false;
    isLoggingInWithKey = false;
    health.clear(Condition.SERVER_UNREACHABLE);
    health.clear(Condition.LOGIN);
    health.clear(Condition.NO_RELAY);
    health.setServerMessages(Map.of());
  }

  private void forgetLogin() {
    netmap = Optional.empty();
    cache.forget();
    save(
        state ->
            state.withNodeKeys(Optional.empty(), Optional.empty()).withLogin(Optional.empty()));
  }

  private void closeMesh() {
    mesh.ifPresent(MeshNode::close);
    mesh = Optional.empty();
    endpoints = List.of();
    netInfo = Optional.empty();
    homeRegion = 0;
  }

  private void applyPrefs() {
    netmap.ifPresent(map -> mesh.ifPresent(node -> node.apply(map, store.state().prefs())));
    tellHost();
  }

  private void tellHost() {
    control.ifPresent(
        client ->
            client.updateHost(
                ControlConnector.facts(
                    host.hostinfo(store.state().prefs(), netInfo), disco.publicKey(), endpoints)));
  }

  /** Brings the running node in line with the map: creates it, changes it, or ends it. */
  private void applyNetmap(Optional<NetmapChange> change) {
    NodeState known = store.state();
    boolean wanted =
        known.prefs().wantRunning()
            && known.nodeKey().isPresent()
            && netmap
                .filter(map -> map.self().machineAuthorized() && !map.selfExpired(Instant.now()))
                .isPresent();
    if (!wanted) {
      closeMesh();
      return;
    }
    Netmap map = netmap.orElseThrow();
    NodeKey key = known.nodeKey().orElseThrow().publicKey();
    if (mesh.filter(node -> node.publicKey().equals(key)).isPresent()) {
      change.ifPresentOrElse(
          changed -> mesh.get().apply(map, changed, known.prefs()),
          () -> mesh.get().apply(map, known.prefs()));
      return;
    }
    closeMesh();
    try {
      MeshNode node = new MeshNode(underlay, known.nodeKey().get(), disco, new MeshEvents());
      mesh = Optional.of(node);
      node.apply(map, known.prefs());
      node.controlConnected(control.filter(client -> client.status().streaming()).isPresent());
      health.clear(Condition.INTERFACE);
    } catch (TunException e) {
      log.warn("{}", e.getMessage());
      health.set(Condition.INTERFACE, String.valueOf(e.getMessage()), Instant.now());
      var _ =
          thread.schedule(
              () -> runTask(() -> applyNetmap(Optional.empty())),
              INTERFACE_RETRY.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  private void reconsider() {
    NodeState known = store.state();
    StateRules.Facts facts =
        new StateRules.Facts(
            known.prefs().wantRunning(),
            known.prefs().loggedOut(),
            known.nodeKey().isPresent(),
            loginBlocked || (known.nodeKey().isEmpty() && control.isEmpty()),
            netmap.isPresent() && known.nodeKey().isPresent(),
            isExpired(),
            netmap.filter(map -> map.self().machineAuthorized()).isPresent(),
            isLive());
    BackendState next = StateRules.next(state, facts);
    if (next == state) {
      return;
    }
    log.info("{}", describe(next));
    state = next;
    if (next == BackendState.NEEDS_LOGIN || next == BackendState.STOPPED) {
      closeMesh();
    }
    bus.publish(Notify.ofState(next));
  }

  private String describe(BackendState next) {
    return switch (next) {
      case RUNNING ->
          "connected as "
              + netmap.map(map -> String.join(" ", StatusBuilder.ips(map.self()))).orElse("");
      case STARTING -> "connecting";
      case STOPPED -> "stopped";
      case NEEDS_LOGIN -> "login needed";
      case NEEDS_MACHINE_AUTH -> "waiting for an administrator's approval";
      case NO_STATE, IN_USE_OTHER_USER -> next.text();
    };
  }

  private boolean isExpired() {
    return netmap.filter(map -> map.selfExpired(Instant.now())).isPresent();
  }

  private boolean isLive() {
    boolean noRelays =
        netmap
            .filter(map -> map.derpMap().regions() == null || map.derpMap().regions().isEmpty())
            .isPresent();
    return mesh.isPresent() && (noRelays || mesh.get().isAnyRelayConnected());
  }

  private void tick() {
    Instant now = Instant.now();
    if (mesh.isEmpty() || isLive()) {
      relaySeen = now;
      health.clear(Condition.NO_RELAY);
    } else if (Duration.between(relaySeen, now).compareTo(RELAY_PATIENCE) > 0) {
      health.set(
          Condition.NO_RELAY,
          "No relay can be reached" + (relayProblem.isEmpty() ? "." : ": " + relayProblem + "."),
          now);
    }
    if (Duration.between(expiryChecked, now).compareTo(EXPIRY_CHECK) > 0) {
      expiryChecked = now;
      netmap.ifPresent(map -> applyNetmap(Optional.empty()));
    }
    reconsider();
  }

  // --- what the coordination server says; called on the control client's threads

  private void onControlEvent(ControlClient from, ControlEvent event) {
    switch (event) {
      case ControlEvent.NodeKeyCommitted keys ->
          save(s -> s.withNodeKeys(Optional.of(keys.key()), keys.oldKey()));
      case ControlEvent.ServerKeyPinned pinned ->
          save(s -> s.withServerKey(s.prefs().controlUrl(), pinned.key().text()));
      default -> {}
    }
    post(
        () -> {
          if (control.filter(client -> client == from).isPresent()) {
            handle(event);
          }
        });
  }

  private void handle(ControlEvent event) {
    switch (event) {
      case ControlEvent.ServerKeyPinned pinned ->
          log.info("first contact with {}", store.state().prefs().controlUrl());
      case ControlEvent.NodeKeyCommitted keys ->
          log.debug("node key {}", keys.key().publicKey().shortText());
      case ControlEvent.Registered registered -> {
        loginUrl = "";
        loginBlocked = false;
        isLoggingInWithKey = false;
        health.clear(Condition.LOGIN);
        rememberLogin(
            registered.login().id(),
            registered.login().loginName(),
            registered.login().displayName());
        bus.publish(Notify.ofLoginFinished());
      }
      case ControlEvent.LoginNeeded needed -> {
        loginUrl = needed.url();
        loginBlocked = true;
        bus.publish(Notify.ofLoginUrl(loginUrl));
      }
      case ControlEvent.Rejected rejected -> {
        log.info("the server refuses the login: {}", rejected.reason());
        isLoggingInWithKey = false;
        health.set(
            Condition.LOGIN,
            "The server refuses the login: " + rejected.reason() + ".",
            Instant.now());
        if (rejected.terminal()) {
          loginBlocked = store.state().nodeKey().isEmpty();
          bus.publish(Notify.error(rejected.reason()));
        }
      }
      case ControlEvent.Unreachable unreachable -> {
        log.info("the coordination server cannot be used: {}", unreachable.reason());
        String url = store.state().prefs().controlUrl();
        health.set(
            Condition.SERVER_UNREACHABLE,
            "The coordination server " + url + " cannot be used: " + unreachable.reason() + ".",
            Instant.now());
      }
      case ControlEvent.MapStreamOpened opened -> {
        health.clear(Condition.SERVER_UNREACHABLE);
        mesh.ifPresent(node -> node.controlConnected(true));
      }
      case ControlEvent.MapStreamLost lost -> {
        log.info("lost the coordination server: {}", lost.reason());
        mesh.ifPresent(node -> node.controlConnected(false));
      }
      case ControlEvent.NetmapChanged changed -> onNetmap(changed.netmap(), changed.change());
      case ControlEvent.KeyExpired expired -> {
        log.info("the node key has expired");
        health.set(
            Condition.LOGIN,
            "The node key has expired; log in again with: meshd up",
            Instant.now());
        closeMesh();
      }
      case ControlEvent.BrowserAsked asked -> bus.publish(Notify.ofLoginUrl(asked.url()));
      case ControlEvent.VersionKnown known ->
          log.debug("the server knows of version {}", known.version().latestVersion());
      case ControlEvent.LoggedOut loggedOut -> log.debug("the login is gone");
    }
    reconsider();
  }

  private void onNetmap(Netmap map, NetmapChange change) {
    netmap = Optional.of(map);
    UserProfile owner = map.users().get(map.self().user());
    if (owner != null) {
      rememberLogin(owner.id(), owner.loginName(), owner.displayName());
    }
    applyNetmap(Optional.of(change));
    health.setServerMessages(serverMessages(map));
    bus.publish(NetworkNotes.of(map, change));
    keepLater();
  }

  private static Map<String, HealthWarning> serverMessages(Netmap map) {
    Map<String, HealthWarning> messages = new HashMap<>();
    String now = Json.time(Instant.now());
    map.displayMessages().forEach((id, message) -> messages.put(id, warning(id, message, now)));
    if (messages.isEmpty()) {
      for (int i = 0; i < map.health().size(); i++) {
        String text = map.health().get(i);
        messages.put(
            "health-" + i,
            new HealthWarning("control-health.health-" + i, "medium", text, text, now, false));
      }
    }
    return messages;
  }

  private static HealthWarning warning(String id, DisplayMessage message, String now) {
    return new HealthWarning(
        "control-health." + id,
        message.severity(),
        message.title(),
        message.text(),
        now,
        message.impactsConnectivity());
  }

  private void rememberLogin(long userId, String loginName, String displayName) {
    String stableId = netmap.map(map -> map.self().stableId()).orElse("");
    String domain = netmap.map(Netmap::domain).orElse("");
    save(
        s -> {
          String profileId =
              s.login().map(NodeState.Login::profileId).orElseGet(Backend::newProfileId);
          String created =
              s.login().map(NodeState.Login::created).orElseGet(() -> Json.time(Instant.now()));
          return s.withLogin(
              Optional.of(
                  new NodeState.Login(
                      profileId, stableId, userId, loginName, displayName, domain, created)));
        });
  }

  private static String newProfileId() {
    byte[] bytes = new byte[2];
    SecureRandomSource.system().fill(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Keeps the map on disk a moment later, so that a burst of changes is written once. */
  private void keepLater() {
    if (!cacheWritePending) {
      cacheWritePending = true;
      var _ =
          thread.schedule(
              () -> runTask(this::keepNow), CACHE_DELAY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void keepNow() {
    if (cacheWritePending) {
      cacheWritePending = false;
      netmap.ifPresent(map -> cache.save(map, Instant.now()));
    }
  }

  // --- what the running node says; called on its threads

  private final class MeshEvents implements NodeEvents {
    @Override
    public void endpointsChanged(List<TypedEndpoint> changed) {
      post(
          () -> {
            endpoints = List.copyOf(changed);
            tellHost();
          });
    }

    @Override
    public void netInfoChanged(NetInfo changed) {
      post(
          () -> {
            netInfo = Optional.of(changed);
            tellHost();
          });
    }

    @Override
    public void homeRegionChanged(int region) {
      post(() -> homeRegion = region);
    }

    @Override
    public void relayChanged(int region, String problem) {
      post(
          () -> {
            relayProblem = problem;
            if (problem.isEmpty()) {
              health.clear(Condition.NO_RELAY);
            }
            reconsider();
          });
    }

    @Override
    public void pathChanged(NodeKey peer, Endpoint via) {
      log.debug("path to {} is {}", peer.shortText(), via);
    }

    @Override
    public void interfaceGone() {
      post(
          () -> {
            log.warn(
                "the interface {} was removed by someone else; making it again",
                underlay.interfaceName());
            closeMesh();
            applyNetmap(Optional.empty());
          });
    }

    @Override
    public void networkChanged() {
      post(() -> control.ifPresent(ControlClient::networkChanged));
    }
  }

  // --- the thread

  private void savePrefs(Prefs prefs) {
    save(s -> s.withPrefs(prefs));
    bus.publish(Notify.ofPrefs(prefs));
  }

  /** From any thread. */
  private void save(UnaryOperator<NodeState> change) {
    try {
      NodeState _ = store.update(change);
      post(() -> health.clear(Condition.STATE_STORE));
    } catch (StateException e) {
      log.error("{}", e.getMessage());
      post(() -> health.set(Condition.STATE_STORE, String.valueOf(e.getMessage()), Instant.now()));
    }
  }

  private Snapshot takeSnapshot() {
    return new Snapshot(
        state, store.state(), netmap, mesh, loginUrl, health.all(), endpoints, homeRegion);
  }

  private void post(Runnable task) {
    thread.execute(() -> runTask(task));
  }

  private void runTask(Runnable task) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("the backend met a bug and goes on", e);
    } finally {
      snapshot = takeSnapshot();
    }
  }

  private <T> T call(Callable<T> task) throws PrefsException {
    try {
      return thread
          .submit(
              () -> {
                try {
                  return task.call();
                } finally {
                  snapshot = takeSnapshot();
                }
              })
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PrefsException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PrefsException("interrupted", e);
    } catch (RejectedExecutionException e) {
      throw new PrefsException("the daemon is shutting down", e);
    }
  }

  /** Leaves the network and ends the thread; keeps the login and what the user wants. */
  @Override
  public void close() {
    try {
      var done =
          thread.submit(
              () -> {
                keepNow();
                control.ifPresent(ControlClient::close);
                control = Optional.empty();
                closeMesh();
                closed = true;
              });
      done.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
      log.error("the backend did not shut down in order", e);
    }
    thread.shutdown();
    bus.close();
    disco.close();
  }
}
