package dev.meshd.coordinator.netmap;

import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.Presence;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.loop.CoordinatorLoop;
import dev.meshd.coordinator.registry.NodeListener;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.UserDirectory;
import dev.meshd.crypto.JitterSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * All map streams. Fans committed changes out to them, keeps the online state of nodes by them, and
 * ends those of nodes that were deleted. Owned by the coordinator loop.
 *
 * <p>A node has one stream: a newer one ends the older, which is how a client reconnects after its
 * address changed. A node whose stream ended stays online for {@link #OFFLINE_GRACE}, so that a
 * reconnect is not seen by others. An ephemeral node without a stream is deleted after the
 * configured time, counted from its registration or the end of its last stream.
 */
public final class SessionHub implements NodeListener {
  static final Duration OFFLINE_GRACE = Duration.ofSeconds(10);

  /** A keep-alive follows this long after the last message; clients give up after 120 s. */
  private static final long KEEP_ALIVE_MIN_NS = TimeUnit.SECONDS.toNanos(50);

  private static final long KEEP_ALIVE_SPREAD_NS = TimeUnit.SECONDS.toNanos(9);

  private final CoordinatorLoop loop;
  private final NodeRegistry nodes;
  private final MapComposer composer;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final JitterSource jitter;
  private final Duration ephemeralTimeout;

  private final Map<Long, Open> sessions = new HashMap<>();
  private final Map<Long, Runnable> graceTimers = new HashMap<>();
  private final Map<Long, Runnable> ephemeralTimers = new HashMap<>();
  private boolean flushQueued;

  private record Open(NodeSession session, long keepAliveNs) {}

  public SessionHub(
      CoordinatorLoop loop,
      NodeRegistry nodes,
      UserDirectory users,
      MapComposer composer,
      InstantSource clock,
      LongSupplier nanoTime,
      JitterSource jitter,
      Duration ephemeralTimeout) {
    this.loop = loop;
    this.nodes = nodes;
    this.composer = composer;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.jitter = jitter;
    this.ephemeralTimeout = ephemeralTimeout;
    nodes.addListener(this);
    users.addListener(this);
    List.copyOf(nodes.all()).forEach(this::armEphemeralTimer);
  }

  /** Begins a stream of {@code node}; its first message goes out with the next flush. */
  public NodeSession open(NodeRecord node, MapSink sink) {
    NodeSession session = new NodeSession(node.id(), nodes, composer, sink);
    Open older =
        sessions.put(
            node.id(), new Open(session, KEEP_ALIVE_MIN_NS + jitter.below(KEEP_ALIVE_SPREAD_NS)));
    if (older != null) {
      older.session().close();
    }
    cancel(graceTimers, node.id());
    cancel(ephemeralTimers, node.id());
    if (!node.presence().online()) {
      nodes.updatePresence(node, Presence.onlineSince(clock.instant()));
    }
    queueFlush();
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
    nodes.byId(id).ifPresent(this::armEphemeralTimer);
    graceTimers.put(id, loop.after(OFFLINE_GRACE, () -> goOffline(id)));
  }

  /** The connection of {@code session} takes messages again. */
  public void ready(NodeSession session) {
    session.flush(nanoTime.getAsLong());
  }

  /** Sends keep-alives that are due; called every second or so. */
  public void keepAlive() {
    long nowNs = nanoTime.getAsLong();
    sessions.values().forEach(open -> open.session().keepAlive(nowNs, open.keepAliveNs()));
  }

  public int sessionCount() {
    return sessions.size();
  }

  /** Ends every stream, for shutdown; the nodes were last seen now. */
  public void closeAll() {
    List<Open> open = List.copyOf(sessions.values());
    sessions.clear();
    for (Open each : open) {
      each.session().close();
      goOffline(each.session().nodeId());
    }
  }

  @Override
  public void nodeAdded(NodeRecord node) {
    tellOthers(node.id(), EnumSet.of(PeerAspect.WHOLE));
    armEphemeralTimer(node);
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    Set<PeerAspect> aspects = PeerAspect.between(before, after);
    if (!aspects.isEmpty()) {
      tellOthers(after.id(), aspects);
      Open own = sessions.get(after.id());
      // Its own presence and endpoints a node knows best.
      if (own != null && !Set.of(PeerAspect.ONLINE, PeerAspect.ENDPOINTS).containsAll(aspects)) {
        own.session().selfChanged();
      }
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
    Open own = sessions.remove(node.id());
    if (own != null) {
      own.session().expel(node, nanoTime.getAsLong());
    }
    sessions.values().forEach(open -> open.session().peerRemoved(node.id()));
    queueFlush();
  }

  @Override
  public void nodeExpired(NodeRecord node) {
    tellAllAgain(node);
  }

  @Override
  public void userChanged(User user) {
    for (NodeRecord node : nodes.all()) {
      if (node.owner() instanceof Owner.OfUser(long userId) && userId == user.id()) {
        tellAllAgain(node);
      }
    }
  }

  private void tellAllAgain(NodeRecord node) {
    tellOthers(node.id(), EnumSet.of(PeerAspect.WHOLE));
    Open own = sessions.get(node.id());
    if (own != null) {
      own.session().selfChanged();
    }
  }

  private void tellOthers(long id, Set<PeerAspect> aspects) {
    for (Open open : sessions.values()) {
      if (open.session().nodeId() != id) {
        open.session().peerChanged(id, aspects);
      }
    }
    queueFlush();
  }

  /**
   * Flushes behind the work already handed to the loop, so that changes of one burst share their
   * messages.
   */
  private void queueFlush() {
    if (!flushQueued) {
      flushQueued = true;
      loop.execute(
          () -> {
            flushQueued = false;
            long nowNs = nanoTime.getAsLong();
            sessions.values().forEach(open -> open.session().flush(nowNs));
          });
    }
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
