package dev.meshd.coordinator.netmap;

import dev.meshd.control.model.DERPMap;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.Presence;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.loop.CoordinatorLoop;
import dev.meshd.coordinator.metrics.MapMetrics;
import dev.meshd.coordinator.metrics.MapMetrics.End;
import dev.meshd.coordinator.registry.NodeListener;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.UserDirectory;
import dev.meshd.crypto.JitterSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All map streams. Fans committed changes out to them, keeps the online state of nodes by them, and
 * ends those of nodes that were deleted. Owned by the coordinator loop.
 *
 * <p>A change goes into the {@link ChangeLog} once. A flush then gives each stream what it has not
 * heard; streams that have heard the same share one message and its bytes. With few streams a flush
 * follows a change at once, with many it waits up to {@link #FLUSH_PAUSE_PER_SESSION_NS} for each,
 * so that a burst of changes shares messages.
 *
 * <p>A node has one stream: a newer one ends the older, which is how a client reconnects after its
 * address changed. A node whose stream ended stays online for {@link #OFFLINE_GRACE}, so that a
 * reconnect is not seen by others. An ephemeral node without a stream is deleted after the
 * configured time, counted from its registration or the end of its last stream.
 */
public final class SessionHub implements NodeListener {
  private static final Logger LOG = LoggerFactory.getLogger(SessionHub.class);

  static final Duration OFFLINE_GRACE = Duration.ofSeconds(10);

  /** A keep-alive follows this long after the last message; clients give up after 120 s. */
  private static final long KEEP_ALIVE_MIN_NS = TimeUnit.SECONDS.toNanos(50);

  private static final long KEEP_ALIVE_SPREAD_NS = TimeUnit.SECONDS.toNanos(9);

  /** A stream that has not taken its last message by then is ended, and its memory freed. */
  private static final long STALLED_NS = TimeUnit.SECONDS.toNanos(120);

  /** Up to here a flush costs too little to be worth waiting for. */
  private static final int FREE_SESSIONS = 50;

  /** 0.2 s between flushes at a thousand streams. */
  private static final long FLUSH_PAUSE_PER_SESSION_NS = TimeUnit.MICROSECONDS.toNanos(200);

  private final CoordinatorLoop loop;
  private final NodeRegistry nodes;
  private final MapComposer composer;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final JitterSource jitter;
  private final Duration ephemeralTimeout;
  private final MapMetrics metrics;

  private final ChangeLog changes;
  private final Map<Long, Open> sessions = new HashMap<>();
  private final FullMapQueue fullMaps = new FullMapQueue();
  private final Map<Long, Runnable> graceTimers = new HashMap<>();
  private final Map<Long, Runnable> ephemeralTimers = new HashMap<>();

  /** What streams at a position are to hear next; valid while the log's head is where it was. */
  private final Map<Long, Delta> deltas = new HashMap<>();

  private long deltasHead;
  private boolean flushQueued;
  private long lastFlushNs;

  private record Open(NodeSession session, long keepAliveNs) {}

  public SessionHub(
      CoordinatorLoop loop,
      NodeRegistry nodes,
      UserDirectory users,
      MapComposer composer,
      InstantSource clock,
      LongSupplier nanoTime,
      JitterSource jitter,
      Duration ephemeralTimeout,
      MapMetrics metrics) {
    this(
        loop,
        nodes,
        users,
        composer,
        clock,
        nanoTime,
        jitter,
        ephemeralTimeout,
        metrics,
        ChangeLog.CAPACITY);
  }

  SessionHub(
      CoordinatorLoop loop,
      NodeRegistry nodes,
      UserDirectory users,
      MapComposer composer,
      InstantSource clock,
      LongSupplier nanoTime,
      JitterSource jitter,
      Duration ephemeralTimeout,
      MapMetrics metrics,
      int logCapacity) {
    this.loop = loop;
    this.nodes = nodes;
    this.composer = composer;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.jitter = jitter;
    this.ephemeralTimeout = ephemeralTimeout;
    this.metrics = metrics;
    this.changes = new ChangeLog(logCapacity);
    nodes.addListener(this);
    users.addListener(this);
    List.copyOf(nodes.all()).forEach(this::armEphemeralTimer);
  }

  /** Begins a stream of {@code node}; its first message goes out when its turn comes. */
  public NodeSession open(NodeRecord node, MapSink sink) {
    NodeSession session = new NodeSession(node.id(), sink, nanoTime.getAsLong());
    Open older =
        sessions.put(
            node.id(), new Open(session, KEEP_ALIVE_MIN_NS + jitter.below(KEEP_ALIVE_SPREAD_NS)));
    if (older != null) {
      fullMaps.done(older.session());
      older.session().close();
      metrics.ended(End.REPLACED);
    }
    metrics.sessions(sessions.size());
    cancel(graceTimers, node.id());
    cancel(ephemeralTimers, node.id());
    if (!node.presence().online()) {
      nodes.updatePresence(node, Presence.onlineSince(clock.instant()));
    }
    fullMaps.add(session);
    loop.execute(this::serveFullMaps);
    return session;
  }

  /** The connection of {@code session} is gone. A session that was replaced changes nothing. */
  public void ended(NodeSession session) {
    long id = session.nodeId();
    Open current = sessions.get(id);
    if (current == null || current.session() != session) {
      return;
    }
    sessions.remove(id);
    fullMaps.done(session);
    serveFullMaps();
    metrics.sessions(sessions.size());
    metrics.ended(End.CLOSED);
    nodes.byId(id).ifPresent(this::armEphemeralTimer);
    graceTimers.put(id, loop.after(OFFLINE_GRACE, () -> goOffline(id)));
  }

  /** The connection of {@code session} takes messages again. */
  public void ready(NodeSession session) {
    if (!session.isReady()) {
      return;
    }
    if (!session.needsFull()) {
      fullMaps.done(session);
    }
    // What a queued flush will bring is not sent twice.
    Open open = sessions.get(session.nodeId());
    if (!flushQueued && open != null && open.session() == session) {
      flush(session, nanoTime.getAsLong());
    }
    serveFullMaps(); // of this session too, if it has missed too much
  }

  /**
   * Sends keep-alives that are due and ends streams that take nothing; called every second or so.
   */
  public void keepAlive() {
    long nowNs = nanoTime.getAsLong();
    long behind = 0;
    for (Open open : List.copyOf(sessions.values())) {
      NodeSession session = open.session();
      boolean ready = session.isReady();
      if (!ready && session.quietNs(nowNs) > STALLED_NS) {
        LOG.debug("the map stream of node {} takes nothing and is ended", session.nodeId());
        session.abort();
      } else if (ready && !session.needsFull() && session.quietNs(nowNs) >= open.keepAliveNs()) {
        session.send(MapMessage.KEEP_ALIVE, nowNs);
      }
      if (!session.needsFull()) {
        behind = Math.max(behind, changes.head() - session.told());
      }
    }
    metrics.behind(behind);
    fullMaps.endLongTurns(nowNs);
    serveFullMaps();
    metrics.waitingForFull(fullMaps.waiting());
  }

  /** Tells every stream of other relays. */
  public void relaysChanged(DERPMap relays) {
    composer.useRelays(relays);
    note(ChangeLog.RELAYS, EnumSet.noneOf(PeerAspect.class), "relays");
  }

  public int sessionCount() {
    return sessions.size();
  }

  /** Ends every stream, for shutdown; the nodes were last seen now. */
  public void closeAll() {
    List<Open> open = List.copyOf(sessions.values());
    sessions.clear();
    for (Open each : open) {
      fullMaps.done(each.session());
      each.session().close();
      metrics.ended(End.SHUTDOWN);
      goOffline(each.session().nodeId());
    }
  }

  @Override
  public void nodeAdded(NodeRecord node) {
    note(node.id(), EnumSet.of(PeerAspect.WHOLE), "added");
    armEphemeralTimer(node);
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    Instant now = clock.instant();
    Set<PeerAspect> aspects =
        before.isExpired(now) == after.isExpired(now)
            ? PeerAspect.between(before, after)
            : EnumSet.of(PeerAspect.WHOLE); // a patch moves the date, not the mark of being expired
    if (!aspects.isEmpty()) {
      note(after.id(), aspects, aspects.iterator().next().label());
    }
    if (before.origin().ephemeral() != after.origin().ephemeral()) {
      cancel(ephemeralTimers, after.id());
      if (!sessions.containsKey(after.id())) {
        armEphemeralTimer(after);
      }
    }
  }

  @Override
  public void nodeRemoved(NodeRecord node) {
    cancel(graceTimers, node.id());
    cancel(ephemeralTimers, node.id());
    composer.forget(node.id());
    Open own = sessions.remove(node.id());
    if (own != null) {
      // All a client acts on is that its login has ended.
      fullMaps.done(own.session());
      own.session().send(composer.farewell(node), nanoTime.getAsLong());
      own.session().close();
      metrics.sessions(sessions.size());
      metrics.ended(End.DELETED);
    }
    note(node.id(), EnumSet.noneOf(PeerAspect.class), "removed");
  }

  @Override
  public void nodeExpired(NodeRecord node) {
    note(node.id(), EnumSet.of(PeerAspect.WHOLE), "expired");
  }

  @Override
  public void nodeValidAgain(NodeRecord node) {
    note(node.id(), EnumSet.of(PeerAspect.WHOLE), "expired");
  }

  @Override
  public void userChanged(User user) {
    for (NodeRecord node : nodes.all()) {
      if (node.owner() instanceof Owner.OfUser(long userId) && userId == user.id()) {
        note(node.id(), EnumSet.of(PeerAspect.WHOLE), "user");
      }
    }
  }

  private void note(long id, Set<PeerAspect> aspects, String kind) {
    changes.append(id, aspects, nanoTime.getAsLong());
    metrics.change(kind);
    queueFlush();
  }

  /**
   * Flushes behind the work already handed to the loop, and with many streams some time after the
   * last flush, so that changes of one burst share their messages.
   */
  private void queueFlush() {
    if (flushQueued) {
      return;
    }
    flushQueued = true;
    long pauseNs = Math.max(0, sessions.size() - FREE_SESSIONS) * FLUSH_PAUSE_PER_SESSION_NS;
    long waitNs = lastFlushNs + pauseNs - nanoTime.getAsLong();
    if (pauseNs == 0 || waitNs <= 0) {
      loop.execute(this::flushAll);
    } else {
      var _ = loop.after(Duration.ofNanos(waitNs), this::flushAll);
    }
  }

  private void flushAll() {
    flushQueued = false;
    long nowNs = nanoTime.getAsLong();
    List.copyOf(sessions.values()).forEach(open -> flush(open.session(), nowNs));
    serveFullMaps();
    lastFlushNs = nanoTime.getAsLong();
  }

  /** Tells {@code session} what it has not heard, if its connection takes it now. */
  private void flush(NodeSession session, long nowNs) {
    if (session.needsFull() || session.told() == changes.head() || !session.isReady()) {
      return;
    }
    if (!changes.reaches(session.told())) {
      metrics.resync();
      session.lost();
      fullMaps.add(session);
      return;
    }
    nodes
        .byId(session.nodeId())
        .flatMap(self -> deltaAfter(session.told()).forReceiver(self))
        .ifPresent(
            message -> {
              changes.nextAtNs(session.told()).ifPresent(at -> metrics.delayed(nowNs - at));
              session.send(message, nowNs);
            });
    session.knows(changes.head());
  }

  private Delta deltaAfter(long position) {
    if (deltasHead != changes.head()) {
      deltas.clear();
      deltasHead = changes.head();
    }
    return deltas.computeIfAbsent(
        position, from -> new Delta(changes.since(from), nodes, composer, metrics));
  }

  private void serveFullMaps() {
    fullMaps.serve(nanoTime.getAsLong(), this::sendFull);
  }

  private void sendFull(NodeSession session, long nowNs) {
    Optional<NodeRecord> self = nodes.byId(session.nodeId());
    if (self.isEmpty()) {
      return;
    }
    if (session.isStarted() && nodes.size() == 1) {
      // An empty list of peers means "as before" within a stream; a new stream begins with none.
      session.close();
      return;
    }
    session.send(composer.full(self.get()), nowNs);
    session.knows(changes.head());
  }

  private void goOffline(long id) {
    graceTimers.remove(id);
    if (!sessions.containsKey(id)) {
      nodes
          .byId(id)
          .ifPresent(node -> nodes.updatePresence(node, Presence.offlineSince(clock.instant())));
    }
  }

  private void armEphemeralTimer(NodeRecord node) {
    if (node.origin().ephemeral()) {
      cancel(ephemeralTimers, node.id());
      ephemeralTimers.put(node.id(), loop.after(ephemeralTimeout, () -> deleteAbsent(node.id())));
    }
  }

  private void deleteAbsent(long id) {
    ephemeralTimers.remove(id);
    if (!sessions.containsKey(id)) {
      nodes.byId(id).ifPresent(nodes::delete);
    }
  }

  private static void cancel(Map<Long, Runnable> timers, long id) {
    Runnable timer = timers.remove(id);
    if (timer != null) {
      timer.run();
    }
  }
}
