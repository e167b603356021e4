package dev.meshd.control.client;

import dev.meshd.control.model.EndpointType;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.session.MapEvent;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.NoiseTls;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's relation to its coordination server, from {@link #start} to {@link #close}.
 *
 * <p>Three routines run side by side, each a virtual thread:
 *
 * <ul>
 *   <li><em>login</em> registers when told to, follows up while a human is asked, and goes on
 *       trying while the server cannot be reached;
 *   <li><em>map</em> keeps one map stream open while registered, and reconnects for ever. When the
 *       server says twice in a row that it does not know the node, it asks for a new registration,
 *       with the auth key of the last login if there was one;
 *   <li><em>update</em> sends a lite update for the newest {@link HostFacts} whenever they differ
 *       from what was sent last.
 * </ul>
 *
 * <p>The listener is called by one thread at a time, in the order of events, and must return
 * quickly; it may call any method of the client except {@link #logout} and {@link #close}, which
 * wait. Exceptions it throws are logged.
 *
 * <p>Thread-safe. State is guarded by one lock, which is never held during IO or a callback.
 */
public final class ControlClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlClient.class);

  private static final Duration UPDATE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LOGOUT_TIMEOUT = Duration.ofSeconds(10);
  private static final int UNKNOWN_NODE_TRIES = 2;
  private static final int NOT_FOUND = 404;

  private final ControlSettings settings;
  private final Consumer<ControlEvent> listener;
  private final HttpClient http;
  private final ServerLink link;
  private final ControlRequests requests;
  private final Registrar registrar;
  private final PingResponder pings;
  private final JitterSource jitter = JitterSource.system();

  /** Held while the listener runs, so that it hears one event at a time. */
  private final ReentrantLock delivery = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private @Nullable Goal goal;
  private long goals;
  private Registrar.@Nullable Keys keys;
  private boolean registered;
  private String lastAuthKey = "";
  private HostFacts facts;
  private long factsGeneration = 1;
  private long sentGeneration;
  private long wakeGeneration;
  private boolean closed;
  private @Nullable Thread loginThread;
  private @Nullable Thread mapThread;
  private @Nullable Thread updateThread;

  private volatile ControlStatus status = ControlStatus.INITIAL;

  /**
   * What the login routine is to reach.
   *
   * @param number tells one login from the next
   * @param authKey empty for none
   * @param newKey whether a new node key is wanted
   */
  private record Goal(long number, String authKey, boolean newKey) {}

  /**
   * A client at rest.
   *
   * @param identity who we are; its keys must stay open while the client is
   * @param facts what the server is to know about the host at first
   * @param eventLoops for the network; owned by the caller
   * @param trust for the request of the server's key, and for pings
   */
  public ControlClient(
      ControlSettings settings,
      ControlIdentity identity,
      HostFacts facts,
      EventLoopGroup eventLoops,
      SystemTrust trust,
      ControlServices services,
      Consumer<ControlEvent> listener) {
    this.settings = settings;
    this.facts = facts;
    this.listener = listener;
    this.keys =
        identity.nodeKey().map(key -> new Registrar.Keys(key, identity.oldNodeKey())).orElse(null);
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(trust.context())
            .executor(task -> Thread.ofVirtual().name("control-http").start(task))
            .build();
    NoiseDialer dialer =
        new NoiseDialer(eventLoops, new NoiseTls(trust), SecureRandomSource.system());
    this.link =
        new ServerLink(
            settings,
            identity,
            dialer,
            new ServerKeyFetch(http),
            key -> emit(new ControlEvent.ServerKeyPinned(key)));
    this.requests = new ControlRequests(link, settings.url());
    this.registrar =
        new Registrar(requests::register, settings.version(), NodePrivateKey::generate, jitter);
    this.pings = new PingResponder(requests, http, services);
  }

  /**
   * Starts the routines. A node that was registered before registers again at once; any other waits
   * for {@link #login}.
   */
  public void start() {
    lock.lock();
    try {
      if (loginThread != null || closed) {
        throw new IllegalStateException("a control client starts once");
      }
      if (keys != null && goal == null) {
        goal = new Goal(++goals, "", false);
      }
      loginThread =
          Thread.ofVirtual().name("control-login").start(() -> runUntilClosed(this::loginRoutine));
      mapThread =
          Thread.ofVirtual().name("control-map").start(() -> runUntilClosed(this::mapRoutine));
      updateThread =
          Thread.ofVirtual()
              .name("control-update")
              .start(() -> runUntilClosed(this::updateRoutine));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Registers, in place of whatever login is under way.
   *
   * @param authKey pre-authentication key, or empty to ask a human
   * @param newKey whether to register under a new node key; a node without a key gets one anyway
   */
  public void login(String authKey, boolean newKey) {
    lock.lock();
    try {
      goal = new Goal(++goals, authKey, newKey);
      lastAuthKey = authKey;
      wakeGeneration++;
      changed.signalAll();
      interrupt(loginThread);
    } finally {
      lock.unlock();
    }
  }

  /** Takes new facts; the server hears of them if they differ. Does not wait. */
  public void updateHost(HostFacts newFacts) {
    lock.lock();
    try {
      if (!newFacts.equals(facts)) {
        facts = newFacts;
        factsGeneration++;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops the connection and dials again at once, for when the host's network has changed. */
  public void networkChanged() {
    lock.lock();
    try {
      wakeGeneration++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    link.disconnect();
  }

  /** Where the client stands. */
  public ControlStatus status() {
    return status;
  }

  /**
   * Logs out: tells the server, if it can be reached within ten seconds, and forgets the node keys
   * in any case. Blocks.
   *
   * @return whether the server heard it
   */
  public boolean logout() throws InterruptedException {
    Registrar.@Nullable Keys leaving;
    HostFacts current;
    lock.lock();
    try {
      leaving = keys;
      current = facts;
      keys = null;
      goal = null;
      lastAuthKey = "";
      setRegistered(false);
      interrupt(loginThread);
      interrupt(mapThread);
    } finally {
      lock.unlock();
    }
    boolean heard = false;
    if (leaving != null) {
      try {
        registrar.logOut(leaving, current.hostinfo(), LOGOUT_TIMEOUT);
        heard = true;
      } catch (IOException e) {
        LOG.info("the server does not know of the logout: {}", e.getMessage());
      }
    }
    emit(new ControlEvent.LoggedOut());
    return heard;
  }

  /** Stops everything; waits for the routines to end, a few seconds at most. Idempotent. */
  @Override
  public void close() {
    List<Thread> routines = new ArrayList<>();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      changed.signalAll();
      for (Thread routine : new @Nullable Thread[] {loginThread, mapThread, updateThread}) {
        if (routine != null) {
          routine.interrupt();
          routines.add(routine);
        }
      }
    } finally {
      lock.unlock();
    }
    link.close();
    try {
      for (Thread routine : routines) {
        routine.join(Duration.ofSeconds(2));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
  }

  // ---- login routine

  private void loginRoutine() throws InterruptedException {
    Goal current = awaitGoal();
    Backoff backoff = new Backoff(jitter);
    Registrar.Keys attempt = keysFor(current);
    String url = "";
    while (isStillGoal(current)) {
      RegisterResult result =
          url.isEmpty()
              ? registrar.register(attempt, current.authKey(), hostFacts().hostinfo())
              : registrar.followUp(attempt, url, hostFacts().hostinfo());
      switch (result) {
        case RegisterResult.Registered done -> {
          onRegistered(current, done);
          return;
        }
        case RegisterResult.NeedsLogin needed -> {
          attempt = new Registrar.Keys(needed.key(), needed.oldKey());
          boolean again = needed.url().equals(url);
          url = needed.url();
          if (again) {
            if (!status.streaming()) {
              // Nothing proves that the connection is alive; the next try makes a new one.
              link.disconnect();
            }
            pause(backoff.next(Backoff.REFUSED_CAP));
          } else {
            backoff.reset();
            setStatus(s -> s.withLoginUrl(needed.url()));
            emit(new ControlEvent.LoginNeeded(url));
          }
        }
        case RegisterResult.Rejected rejected -> {
          boolean terminal = !current.authKey().isEmpty() || current.newKey();
          setStatus(s -> s.withProblem(rejected.reason()));
          emit(new ControlEvent.Rejected(rejected.reason(), terminal));
          if (terminal) {
            dropGoal(current);
            return;
          }
          pause(backoff.next(Backoff.REFUSED_CAP));
        }
        case RegisterResult.Unreachable unreachable -> {
          reportUnreachable(unreachable.reason());
          pause(unreachable.retryAfter().orElseGet(() -> backoff.next(Backoff.UNREACHABLE_CAP)));
        }
      }
    }
  }

  private Goal awaitGoal() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (goal == null) {
        changed.await();
      }
      return goal;
    } finally {
      lock.unlock();
    }
  }

  private Registrar.Keys keysFor(Goal wanted) {
    lock.lock();
    try {
      Registrar.Keys held = keys;
      if (held != null && !wanted.newKey()) {
        return held;
      }
      return registrar.fresh(Optional.ofNullable(held).map(Registrar.Keys::current));
    } finally {
      lock.unlock();
    }
  }

  private boolean isStillGoal(Goal wanted) {
    lock.lock();
    try {
      return !closed && wanted.equals(goal);
    } finally {
      lock.unlock();
    }
  }

  private void dropGoal(Goal done) {
    lock.lock();
    try {
      if (done.equals(goal)) {
        goal = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private void onRegistered(Goal done, RegisterResult.Registered result) {
    if (!isStillGoal(done)) {
      return;
    }
    // The listener keeps the key before the map stream can use it.
    emit(new ControlEvent.NodeKeyCommitted(result.key(), result.oldKey()));
    emit(new ControlEvent.Registered(result.user(), result.login(), result.machineAuthorized()));
    lock.lock();
    try {
      if (!done.equals(goal)) {
        return;
      }
      goal = null;
      keys = new Registrar.Keys(result.key(), result.oldKey());
      sentGeneration = 0;
      setRegistered(true);
      interrupt(mapThread);
    } finally {
      lock.unlock();
    }
  }

  // ---- map routine

  private void mapRoutine() throws InterruptedException {
    Backoff backoff = new Backoff(jitter);
    int unknown = 0;
    while (true) {
      MapRequest request = awaitRegistered();
      Duration cap = Backoff.UNREACHABLE_CAP;
      try {
        readStream(request, backoff);
        unknown = 0;
      } catch (MapStream.StatusException e) {
        reportUnreachable(text(e));
        cap = Backoff.REFUSED_CAP;
        unknown = e.status() == NOT_FOUND ? unknown + 1 : 0;
      } catch (IOException e) {
        reportUnreachable(text(e));
        unknown = 0;
      }
      if (unknown >= UNKNOWN_NODE_TRIES) {
        unknown = 0;
        registerAgain();
      } else {
        pause(backoff.next(cap));
      }
    }
  }

  private MapRequest awaitRegistered() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!registered || keys == null) {
        changed.await();
      }
      return mapRequest(keys, facts).stream(true).build();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when an open stream has ended, however it ended; throws when none could be opened. */
  private void readStream(MapRequest request, Backoff backoff)
      throws IOException, InterruptedException {
    String end = "the server ended the map stream";
    try (MapStream stream = MapStream.open(requests, request, settings)) {
      setStatus(s -> s.withStream(true, link.via()));
      emit(new ControlEvent.MapStreamOpened(link.via()));
      boolean expired = false;
      for (var events = stream.next(); events.isPresent(); events = stream.next()) {
        Instant now = Instant.now();
        setStatus(s -> s.withMessageAt(now));
        for (MapEvent event : events.get()) {
          expired = act(event, now, expired);
          backoff.reset();
        }
      }
    } catch (MapStream.StatusException e) {
      throw e;
    } catch (IOException e) {
      if (!status.streaming()) {
        throw e;
      }
      end = text(e);
    } finally {
      setStatus(s -> s.withStream(false, ""));
    }
    String problem = end;
    setStatus(s -> s.withProblem(problem));
    emit(new ControlEvent.MapStreamLost(problem));
  }

  /** Does what a message asks for; returns whether our key is known to have expired. */
  private boolean act(MapEvent event, Instant now, boolean expired) throws InterruptedException {
    switch (event) {
      case MapEvent.PingAsked ping -> pings.answer(ping.request());
      case MapEvent.BrowserAsked browser -> emit(new ControlEvent.BrowserAsked(browser.url()));
      case MapEvent.VersionKnown version -> emit(new ControlEvent.VersionKnown(version.version()));
      case MapEvent.DialPlanKnown plan ->
          LOG.debug("ignoring a dial plan of {} ways", plan.plan().candidates().size());
      case MapEvent.Pause pause -> Thread.sleep(pause.time());
      case MapEvent.NetmapChanged netmap -> {
        emit(new ControlEvent.NetmapChanged(netmap.netmap(), netmap.change()));
        return reportExpiry(netmap.netmap(), now, expired);
      }
    }
    return expired;
  }

  /** Tells of an expiry once, until the key is good again. */
  private boolean reportExpiry(Netmap netmap, Instant now, boolean reported) {
    boolean expired = netmap.selfExpired(now);
    if (expired && !reported) {
      emit(new ControlEvent.KeyExpired());
    }
    return expired;
  }

  private void registerAgain() {
    lock.lock();
    try {
      if (goal == null && keys != null) {
        LOG.info("the server does not know this node any more; registering again");
        setRegistered(false);
        goal = new Goal(++goals, lastAuthKey, false);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- update routine

  private void updateRoutine() throws InterruptedException {
    Backoff backoff = new Backoff(jitter);
    while (true) {
      MapRequest request;
      long generation;
      lock.lockInterruptibly();
      try {
        while (!registered || keys == null || sentGeneration == factsGeneration) {
          changed.await();
        }
        generation = factsGeneration;
        request = mapRequest(keys, facts).omitPeers(true).build();
      } finally {
        lock.unlock();
      }
      try {
        ControlRequests.Reply reply = requests.update(request, UPDATE_TIMEOUT);
        if (reply.status() == 200) {
          markSent(generation);
          backoff.reset();
          continue;
        }
        LOG.debug("the server answers the update with {}", reply.status());
      } catch (IOException e) {
        LOG.debug("update not sent: {}", e.getMessage());
      }
      pause(backoff.next(Backoff.REFUSED_CAP));
    }
  }

  private void markSent(long generation) {
    lock.lock();
    try {
      sentGeneration = Math.max(sentGeneration, generation);
    } finally {
      lock.unlock();
    }
  }

  // ---- shared

  private MapRequest.Builder mapRequest(Registrar.Keys current, HostFacts host) {
    return MapRequest.builder()
        .version(settings.version())
        .compress(MapFrames.ZSTD)
        .keepAlive(true)
        .nodeKey(current.current().publicKey())
        .discoKey(host.discoKey())
        .hostinfo(host.hostinfo())
        .endpoints(host.endpoints().stream().map(HostFacts.TypedEndpoint::address).toList())
        .endpointTypes(
            host.endpoints().stream()
                .map(HostFacts.TypedEndpoint::type)
                .map(EndpointType::wire)
                .toList());
  }

  /** Tells of each problem once, not at every try. */
  private void reportUnreachable(String reason) {
    boolean known = status.problem().equals(reason);
    setStatus(s -> s.withProblem(reason));
    if (!known) {
      emit(new ControlEvent.Unreachable(reason));
    }
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private HostFacts hostFacts() {
    lock.lock();
    try {
      return facts;
    } finally {
      lock.unlock();
    }
  }

  /** The caller holds the lock. */
  private void setRegistered(boolean value) {
    registered = value;
    status = status.withRegistered(value);
    changed.signalAll();
  }

  private void setStatus(UnaryOperator<ControlStatus> change) {
    lock.lock();
    try {
      status = change.apply(status);
    } finally {
      lock.unlock();
    }
  }

  /** Waits, less when the network changes or another login is wanted. */
  private void pause(Duration time) throws InterruptedException {
    long deadlineNs = System.nanoTime() + time.toNanos();
    lock.lockInterruptibly();
    try {
      long generation = wakeGeneration;
      long leftNs = time.toNanos();
      while (!closed && generation == wakeGeneration && leftNs > 0) {
        changed.awaitNanos(leftNs);
        leftNs = deadlineNs - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  private interface Routine {
    void run() throws InterruptedException;
  }

  /**
   * An interrupt means "look at the state again"; anything else unexpected must not end the
   * routine.
   */
  private void runUntilClosed(Routine routine) {
    while (!isClosed()) {
      try {
        routine.run();
      } catch (InterruptedException e) {
        // The state has changed: the loop starts over with it.
        LOG.trace("{} looks again", Thread.currentThread().getName());
      } catch (RuntimeException e) {
        LOG.error("{} failed", Thread.currentThread().getName(), e);
        try {
          Thread.sleep(1000);
        } catch (InterruptedException interrupted) {
          LOG.trace("woken", interrupted);
        }
      }
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private static void interrupt(@Nullable Thread thread) {
    if (thread != null && !thread.equals(Thread.currentThread())) {
      thread.interrupt();
    }
  }

  private void emit(ControlEvent event) {
    delivery.lock();
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      LOG.error("the listener failed on {}", event.getClass().getSimpleName(), e);
    } finally {
      delivery.unlock();
    }
  }
}
