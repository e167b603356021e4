package dev.meshd.agent.backend;

import dev.meshd.agent.backend.HealthConditions.Condition;
import dev.meshd.agent.bus.IpnBus;
import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.node.MeshNode;
import dev.meshd.agent.state.NodeState;
import dev.meshd.agent.state.SealedFile;
import dev.meshd.agent.state.StateStore;
import dev.meshd.agent.state.TimestampReserve;
import dev.meshd.control.client.ControlClient;
import dev.meshd.control.client.ControlEvent;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.UserProfile;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.session.NetmapChange;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
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

  /** How long a start waits for the server before it uses the kept map. */
  private static final Duration SERVER_PATIENCE = Duration.ofMillis(1500);

  private static final Duration TICK = Duration.ofSeconds(2);
  private static final Duration CACHE_DELAY = Duration.ofSeconds(2);
  private static final Duration INTERFACE_RETRY = Duration.ofSeconds(10);
  private static final Duration EXPIRY_CHECK = Duration.ofSeconds(30);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final StateStore store;
  private final NetmapCache cache;
  private final ControlConnector connector;
  private final HostDescription host;
  private final IpnBus bus = new IpnBus();
  private final BackendThread thread = new BackendThread(this::publishSnapshot);
  private volatile Snapshot snapshot;

  // Owned by the backend's thread.
  private final HealthConditions health =
      new HealthConditions(all -> bus.publish(Notify.ofHealth(all)));
  private final StateKeeper keeper;
  private final MeshSupervisor supervisor;
  private final ServerContact contact = new ServerContact(health);
  private final HealthAdvice advice = new HealthAdvice(health);
  private final LoginProgress login = new LoginProgress();
  private final ControlEvents controlEvents;
  private BackendState state = BackendState.NO_STATE;
  private Optional<ControlClient> control = Optional.empty();
  private Optional<Netmap> netmap = Optional.empty();
  private Instant expiryChecked = Instant.now();
  private boolean cacheWritePending;

  /**
   * A backend at rest; {@link #start} sets it going.
   *
   * @param timestamps of the underlay; kept ahead of what its nodes use
   * @param underlay what nodes run on
   * @param connector makes clients of coordination servers
   * @param version shown to servers and users
   */
  public Backend(
      StateStore store,
      SealedFile cacheFile,
      TimestampReserve timestamps,
      MeshNode.Underlay underlay,
      ControlConnector connector,
      String version) {
    this.store = store;
    this.cache = new NetmapCache(cacheFile);
    this.keeper = new StateKeeper(store, timestamps, health);
    this.connector = connector;
    this.host = new HostDescription(version);
    this.supervisor = new MeshSupervisor(underlay, health, new Supervised());
    this.controlEvents =
        new ControlEvents(login, contact, health, supervisor, bus, new ServerListener());
    this.snapshot = takeSnapshot();
  }

  /** Takes up where the last process left off. */
  public void start() {
    thread.post(
        () -> {
          keeper.keep();
          NodeState known = store.state();
          if (known.prefs().wantRunning()) {
            if (known.nodeKey().isPresent()) {
              connect();
            } else if (known.pendingNodeKey().isPresent()) {
              finishLogin();
            }
          }
          reconsider();
        });
    thread.every(TICK, this::tick);
  }

  // --- asked from other threads

  /** Whether this thread and those of the running node answer, each within {@code patience}. */
  boolean isResponsive(Duration patience) throws InterruptedException {
    if (!thread.answersWithin(patience)) {
      return false;
    }
    Optional<MeshNode> node = snapshot.mesh();
    return node.isEmpty()
        || node.get().isResponsive(patience)
        || !snapshot.mesh().equals(node); // it was closed meanwhile
  }

  public IpnBus bus() {
    return bus;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Prefs edit(MaskedPrefs edit) throws PrefsException {
    return thread.call(
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
        thread.call(
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
    thread.post(
        () -> {
          if (!login.url().isEmpty()) {
            bus.publish(Notify.ofLoginUrl(login.url()));
          } else if (!login.isTryingKey()) {
            if (control.isEmpty()) {
              openControl();
            }
            boolean newKey = store.state().nodeKey().isPresent();
            login.begin(false);
            control.ifPresent(client -> client.login("", newKey));
          }
          reconsider();
        });
  }

  /** Logs out, waiting a little for the server to hear of it. */
  void logout() throws InterruptedException {
    try {
      Optional<ControlClient> client = thread.call(this::beginLogout);
      if (client.isPresent()) {
        boolean heard = client.get().logout();
        log.info("logged out{}", heard ? "" : "; the server could not be told");
      }
      Boolean _ = thread.call(this::endLogout); // a login right after this must find it forgotten
    } catch (PrefsException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<ControlClient> beginLogout() throws PrefsException {
    if (control.isEmpty() && store.state().nodeKey().isPresent()) {
      openControl();
    }
    savePrefs(
        MaskedPrefs.none()
            .with("WantRunning", false)
            .with("LoggedOut", true)
            .applyTo(store.state().prefs()));
    supervisor.close();
    return control;
  }

  private boolean endLogout() {
    disconnect();
    forgetLogin();
    String operator = store.state().prefs().operatorUser();
    savePrefs(withOperator(Prefs.defaults(), operator));
    reconsider();
    return true;
  }

  private static Prefs withOperator(Prefs prefs, String operator) {
    try {
      return MaskedPrefs.none().with("OperatorUser", operator).applyTo(prefs);
    } catch (PrefsException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Distrusts all paths. */
  void rebind() {
    thread.post(() -> supervisor.mesh().ifPresent(MeshNode::rebind));
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
    login.begin(authKey.isPresent());
    if (authKey.isPresent()) {
      control.ifPresent(client -> client.login(authKey.get(), expired));
    } else if (expired) {
      control.ifPresent(client -> client.login("", true));
    }
    reconsider();
  }

  /**
   * The last process ended in the middle of a login, and the server may have let its key in. If
   * not, the server says where a person can.
   */
  private void finishLogin() {
    log.info("the last login was interrupted; asking the server how it ended");
    openControl();
    control.ifPresent(client -> client.login("", false));
  }

  /**
   * Opens the connection to the server. If it does not send a map in a moment, the kept one is
   * used, under the disco key that peers know from before: nobody could tell them a new one.
   */
  private void connect() {
    openControl();
    if (netmap.isPresent()) {
      applyNetmap(Optional.empty());
    } else {
      thread.later(SERVER_PATIENCE, this::startFromCache);
    }
  }

  private void startFromCache() {
    NodeState known = store.state();
    if (netmap.isPresent() || known.nodeKey().isEmpty() || !known.prefs().wantRunning()) {
      return;
    }
    cache
        .load(known.nodeKey().get().publicKey())
        .ifPresent(
            cached -> {
              log.info("starting from the network map of {}", cached.savedAt());
              netmap = Optional.of(cached.netmap());
              contact.usesKeptMap(cached.savedAt());
              known.discoKey().ifPresent(supervisor::useDiscoKey);
              tellHost();
              applyNetmap(Optional.empty());
              reconsider();
            });
  }

  private void openControl() {
    String url = store.state().prefs().controlUrl();
    if (control.isPresent() || url.isEmpty()) {
      return;
    }
    ControlClient client =
        connector.connect(
            store.state(),
            hostinfo(),
            supervisor.discoKey(),
            supervisor.endpoints(),
            this::keepNewKey,
            this::onControlEvent);
    control = Optional.of(client);
    contact.asked(Instant.now());
    client.start();
  }

  /** Leaves the network, staying logged in. */
  private void disconnect() {
    control.ifPresent(client -> Thread.ofVirtual().name("control-close").start(client::close));
    control = Optional.empty();
    contact.end();
    supervisor.close();
    login.reset();
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

  private void applyPrefs() {
    applyNetmap(Optional.empty());
    tellHost();
  }

  private void applyNetmap(Optional<NetmapChange> change) {
    boolean streaming = control.filter(client -> client.status().streaming()).isPresent();
    netmap.ifPresent(map -> supervisor.apply(store.state(), map, change, streaming));
  }

  private Hostinfo hostinfo() {
    return host.hostinfo(store.state().prefs(), supervisor.netInfo());
  }

  private void tellHost() {
    control.ifPresent(
        client ->
            client.updateHost(
                ControlConnector.facts(hostinfo(), supervisor.discoKey(), supervisor.endpoints())));
  }

  private void reconsider() {
    NodeState known = store.state();
    StateRules.Facts facts =
        new StateRules.Facts(
            known.prefs().wantRunning(),
            known.prefs().loggedOut(),
            known.nodeKey().isPresent(),
            login.isBlocked() || (known.nodeKey().isEmpty() && control.isEmpty()),
            netmap.isPresent() && known.nodeKey().isPresent(),
            isExpired(),
            netmap.filter(map -> map.self().machineAuthorized()).isPresent(),
            supervisor.isLive(netmap));
    BackendState next = StateRules.next(state, facts);
    if (next == state) {
      return;
    }
    log.info("{}", describe(next));
    state = next;
    if (next == BackendState.NEEDS_LOGIN || next == BackendState.STOPPED) {
      supervisor.close();
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

  private void tick() {
    Instant now = Instant.now();
    keeper.keep();
    supervisor.checkRelays(netmap, now);
    contact.check(store.state().prefs().controlUrl(), now);
    advise(now);
    if (Duration.between(expiryChecked, now).compareTo(EXPIRY_CHECK) > 0) {
      expiryChecked = now;
      applyNetmap(Optional.empty());
    }
    reconsider();
  }

  /** While connected; at other times other things are said. */
  private void advise(Instant now) {
    boolean connected = state == BackendState.RUNNING;
    advice.look(store.state().prefs(), connected ? netmap : Optional.empty(), now);
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
    thread.post(
        () -> {
          if (control.filter(client -> client == from).isPresent()) {
            controlEvents.handle(from, event);
            reconsider();
          }
        });
  }

  /** What the server's words change here, on the backend's thread. */
  private final class ServerListener implements ControlEvents.Owner {
    @Override
    public String serverUrl() {
      return store.state().prefs().controlUrl();
    }

    @Override
    public boolean hasNodeKey() {
      return store.state().nodeKey().isPresent();
    }

    @Override
    public boolean isLoggedOut() {
      return store.state().prefs().loggedOut();
    }

    @Override
    public void loggedInAs(long userId, String loginName, String displayName) {
      rememberLogin(userId, loginName, displayName);
    }

    @Override
    public void netmapChanged(Netmap map, NetmapChange change) {
      onNetmap(map, change);
    }
  }

  private void onNetmap(Netmap map, NetmapChange change) {
    netmap = Optional.of(map);
    rememberDiscoKey();
    UserProfile owner = map.users().get(map.self().user());
    if (owner != null) {
      rememberLogin(owner.id(), owner.loginName(), owner.displayName());
    }
    applyNetmap(Optional.of(change));
    health.setServerMessages(ServerMessages.of(map, Instant.now()));
    bus.publish(NetworkNotes.of(map, change));
    keepLater();
  }

  /** Peers have been told this key: a start without the server uses it again. */
  private void rememberDiscoKey() {
    DiscoKey current = supervisor.discoKey();
    if (store.state().discoKey().filter(key -> key.publicKey().equals(current)).isEmpty()) {
      save(s -> s.withDiscoKey(supervisor.discoPrivateKey()));
    }
  }

  private void rememberLogin(long userId, String loginName, String displayName) {
    save(
        s ->
            s.withLogin(
                Optional.of(LoginRecord.of(s.login(), netmap, userId, loginName, displayName))));
  }

  /** Keeps the map on disk a moment later, so that a burst of changes is written once. */
  private void keepLater() {
    if (!cacheWritePending) {
      cacheWritePending = true;
      thread.later(CACHE_DELAY, this::keepNow);
    }
  }

  private void keepNow() {
    if (cacheWritePending) {
      cacheWritePending = false;
      netmap.ifPresent(map -> cache.save(map, Instant.now()));
    }
  }

  // --- what the running node says

  private final class Supervised implements MeshSupervisor.Owner {
    @Override
    public void post(Runnable task) {
      thread.post(task);
    }

    @Override
    public void factsChanged() {
      tellHost();
    }

    @Override
    public void livenessChanged() {
      reconsider();
    }

    @Override
    public void meshLost() {
      thread.later(INTERFACE_RETRY, () -> applyNetmap(Optional.empty()));
    }

    @Override
    public void networkChanged() {
      control.ifPresent(ControlClient::networkChanged);
    }
  }

  // --- what is kept and shown

  private void savePrefs(Prefs prefs) {
    save(s -> s.withPrefs(prefs));
    bus.publish(Notify.ofPrefs(prefs));
  }

  /**
   * From any thread. What the disk does not take now is true all the same, and is written when it
   * does.
   */
  private void save(UnaryOperator<NodeState> change) {
    NodeState _ = store.remember(change);
    thread.post(keeper::keep);
  }

  /** On the login thread: no server may hear of a key that a restart would forget. */
  private void keepNewKey(NodePrivateKey key) throws IOException {
    NodeState _ = store.update(s -> s.withPendingNodeKey(key));
  }

  private Snapshot takeSnapshot() {
    return new Snapshot(
        state,
        store.state(),
        netmap,
        contact.staleSince(),
        supervisor.mesh(),
        login.url(),
        health.all(),
        supervisor.endpoints(),
        supervisor.homeRegion());
  }

  private void publishSnapshot() {
    snapshot = takeSnapshot();
  }

  /** Leaves the network and ends the thread; keeps the login and what the user wants. */
  @Override
  public void close() {
    thread.close(
        () -> {
          keepNow();
          control.ifPresent(ControlClient::close);
          control = Optional.empty();
          supervisor.close();
          keeper.close();
        },
        CLOSE_PATIENCE);
    bus.close();
  }
}
