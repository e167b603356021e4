package dev.meshd.control.client;

import dev.meshd.control.client.Registrar.Keys;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.NoiseTls;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's relation to its coordination server, from {@link #start} to {@link #close}.
 *
 * <p>Three routines run side by side, each a virtual thread: <em>login</em> registers when told to,
 * <em>map</em> keeps the map stream open, <em>update</em> tells the server what changes here. They
 * meet in {@code ClientState} and share one connection.
 *
 * <p>The listener is called by one thread at a time, in the order of events, and is not
 * interrupted. It must return quickly, must not wait for a thread that calls the client, and may
 * itself call any method of the client except {@link #logout} and {@link #close}, which wait.
 * Exceptions it throws are logged.
 *
 * <p>Thread-safe.
 */
public final class ControlClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlClient.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LOGOUT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

  private final ClientState state;
  private final EventSink events;
  private final HttpClient http;
  private final ServerLink link;
  private final Registrar registrar;
  private final Routine login;
  private final Routine map;
  private final Routine update;
  private final AtomicBoolean started = new AtomicBoolean();

  /** A client at rest whose new node keys live no longer than the process. */
  public ControlClient(
      ControlSettings settings,
      ControlIdentity identity,
      HostFacts facts,
      EventLoopGroup eventLoops,
      SystemTrust trust,
      ControlServices services,
      Consumer<ControlEvent> listener) {
    this(settings, identity, facts, eventLoops, trust, services, NewKeyKeeper.NONE, listener);
  }

  /**
   * A client at rest.
   *
   * @param identity who we are; its keys must stay open while the client is
   * @param facts what the server is to know about the host at first
   * @param eventLoops for the network; owned by the caller
   * @param trust for the request of the server's key, and for pings
   * @param keeper keeps new node keys
   */
  public ControlClient(
      ControlSettings settings,
      ControlIdentity identity,
      HostFacts facts,
      EventLoopGroup eventLoops,
      SystemTrust trust,
      ControlServices services,
      NewKeyKeeper keeper,
      Consumer<ControlEvent> listener) {
    JitterSource jitter = JitterSource.system();
    state =
        new ClientState(identity.nodeKey().map(key -> new Keys(key, identity.oldNodeKey())), facts);
    events = new EventSink(listener);
    http = httpClient(trust);
    NoiseDialer dialer =
        new NoiseDialer(eventLoops, new NoiseTls(trust), SecureRandomSource.system());
    Consumer<MachineKey> onPinned = key -> events.emit(new ControlEvent.ServerKeyPinned(key));
    link = new ServerLink(settings, identity, dialer, new ServerKeyFetch(http), onPinned);
    ControlRequests requests = new ControlRequests(link, settings);
    registrar =
        new Registrar(
            requests::register,
            settings.version(),
            new NewKeys(
                identity.pendingNodeKey(),
                NodePrivateKey::generate,
                key -> events.keep(keeper, key)),
            jitter);
    PingResponder pings = new PingResponder(requests, http, services);
    map =
        new Routine(
            "control-map",
            events,
            state::isClosed,
            new MapRoutine(state, settings, requests, link, pings, events, jitter));
    login =
        new Routine(
            "control-login",
            events,
            state::isClosed,
            new LoginRoutine(state, registrar, link, events, map::lookAgain, jitter));
    update =
        new Routine(
            "control-update", events, state::isClosed, new UpdateRoutine(state, requests, jitter));
  }

  private static HttpClient httpClient(SystemTrust trust) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_TIMEOUT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .sslContext(trust.context())
        .executor(task -> Thread.ofVirtual().name("control-http").start(task))
        .build();
  }

  /**
   * Starts the routines. A node that was registered before registers again at once; any other waits
   * for {@link #login}.
   */
  public void start() {
    if (!started.compareAndSet(false, true) || state.isClosed()) {
      throw new IllegalStateException("a control client starts once");
    }
    state.wantRestart();
    login.start();
    map.start();
    update.start();
  }

  /**
   * Registers, in place of whatever login is under way.
   *
   * @param authKey pre-authentication key, or empty to ask a human
   * @param newKey whether to register under a new node key; a node without a key gets one anyway
   */
  public void login(String authKey, boolean newKey) {
    var wanted = state.wantLogin(authKey, newKey);
    if (!state.isTaken(wanted)) { // else the same request would be made twice
      login.lookAgain();
    }
  }

  /** Takes new facts; the server hears of them if they differ. Does not wait. */
  public void updateHost(HostFacts facts) {
    state.update(facts);
  }

  /** Drops the connection and dials again at once, for when the host's network has changed. */
  public void networkChanged() {
    state.wake();
    link.disconnect();
  }

  /** Where the client stands. */
  public ControlStatus status() {
    return state.status();
  }

  /**
   * Logs out: tells the server, if it can be reached within ten seconds, and forgets the node keys
   * in any case. Blocks.
   *
   * @return whether the server heard it
   */
  public boolean logout() throws InterruptedException {
    Optional<Keys> leaving = state.forget();
    login.lookAgain();
    map.lookAgain();
    boolean heard = false;
    if (leaving.isPresent()) {
      try {
        registrar.logOut(leaving.get(), state.facts().hostinfo(), LOGOUT_TIMEOUT);
        heard = true;
      } catch (IOException e) {
        LOG.info("the server does not know of the logout: {}", e.getMessage());
      }
    }
    events.emit(new ControlEvent.LoggedOut());
    return heard;
  }

  /** Stops everything; waits for the routines to end, a few seconds at most. Idempotent. */
  @Override
  public void close() {
    if (!state.close()) {
      return;
    }
    List<Routine> routines = List.of(login, map, update);
    routines.forEach(Routine::lookAgain);
    link.close();
    try {
      for (Routine routine : routines) {
        if (!routine.join(CLOSE_PATIENCE)) {
          LOG.warn("a routine of the control client does not end");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
  }
}
