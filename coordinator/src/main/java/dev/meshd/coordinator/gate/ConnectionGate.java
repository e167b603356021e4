package dev.meshd.coordinator.gate;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.server.RelayGate;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connections of one port in bounds.
 *
 * <pre>
 * STRANGER ── waits for a person ──▶ WAITING ─┐
 *    └────────── its client is known ─────────┴──▶ MEMBER
 * </pre>
 *
 * <p>A newcomer always gets in: when there are enough strangers, from its own source or altogether,
 * the one that has been there longest is closed for it. So whoever holds connections open without
 * proving anything displaces himself, and a client that is well, which needs a fraction of a second
 * to become known, comes through. A stranger that is neither known nor served in time is closed,
 * however busy it looks; that is the one answer to slow requests on every layer. Members are
 * bounded in total and per client.
 *
 * <p>This host's own connections are not bounded per source: behind a reverse proxy they are
 * everybody's.
 *
 * <p>Thread-safe; one lock, held for a few map accesses. Timers run on the connections' event
 * loops.
 */
public final class ConnectionGate implements RelayGate {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionGate.class);

  private final GateLimits limits;
  private final GateStats stats = new GateStats();
  private final VisitorGroup strangers;
  private final VisitorGroup waiting;
  private final VisitorGroup members;
  private final Map<Channel, Visitor> visitors = new HashMap<>();

  public ConnectionGate(GateLimits limits) {
    this.limits = limits;
    this.strangers = new VisitorGroup(limits.strangers(), limits.strangersPerSource());
    this.waiting = new VisitorGroup(limits.waiting(), limits.waitingPerSource());
    this.members = new VisitorGroup(limits.members(), limits.perMember());
  }

  public GateStats stats() {
    return stats;
  }

  /** Counts a new connection as a stranger's. Always lets it in. */
  @Override
  public boolean enter(Channel connection) {
    Visitor visitor = new Visitor(connection, ConnectionSource.of(connection.remoteAddress()));
    synchronized (this) {
      stats.entered.increment();
      visitors.put(connection, visitor);
      move(visitor, strangers, visitor.source);
      setDeadline(visitor, limits.strangerTime());
    }
    connection.closeFuture().addListener(closed -> left(visitor));
    return true;
  }

  /** A stranger got an answer; its time begins anew. */
  public synchronized void served(Channel connection) {
    Visitor visitor = visitors.get(connection);
    if (visitor != null && visitor.group == strangers) {
      setDeadline(visitor, limits.strangerTime());
    }
  }

  /** The client waits for a person to let it in. */
  public synchronized void waits(Channel connection) {
    Visitor visitor = visitors.get(connection);
    if (visitor != null && visitor.group == strangers) {
      move(visitor, waiting, visitor.source);
      setDeadline(visitor, limits.waitingTime());
    }
  }

  /** The connection's client proved to be {@code client}, whom the server knows. */
  public synchronized void recognised(Channel connection, Object client) {
    Visitor visitor = visitors.get(connection);
    if (visitor == null || (visitor.group == members && visitor.key.equals(client))) {
      return;
    }
    stats.recognised.increment();
    if (members.isFull()
        && members.inTheWayOf(client, true).map(v -> !v.key.equals(client)).orElse(true)) {
      stats.refused.increment();
      close(visitor, "there are too many members");
      return;
    }
    move(visitor, members, client);
    setDeadline(visitor, Duration.ZERO);
  }

  @Override
  public void admitted(Channel connection, NodeKey client) {
    recognised(connection, client);
  }

  /** Closes all connections of {@code client}. */
  public synchronized void expel(Object client) {
    for (Visitor visitor : List.copyOf(members.of(client))) {
      stats.expelled.increment();
      close(visitor, "its client is no longer welcome");
    }
  }

  private void move(Visitor visitor, VisitorGroup to, Object key) {
    forget(visitor);
    Optional<Visitor> inTheWay = to.inTheWayOf(key, !visitor.source.local() || to == members);
    inTheWay.ifPresent(
        oldest -> {
          stats.displaced.increment();
          close(oldest, "a newer one needs its place");
        });
    visitor.group = to;
    visitor.key = key;
    to.add(visitor, key);
    publishSizes();
  }

  private void setDeadline(Visitor visitor, Duration time) {
    if (visitor.deadline != null) {
      visitor.deadline.cancel(false);
      visitor.deadline = null;
    }
    if (!time.isZero()) {
      visitor.deadline =
          visitor
              .channel
              .eventLoop()
              .schedule(() -> tooLate(visitor), time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void tooLate(Visitor visitor) {
    if (visitor.group == strangers || visitor.group == waiting) {
      stats.late.increment();
      close(visitor, "it proved nothing in time");
    }
  }

  private void close(Visitor visitor, String why) {
    LOG.debug("closing the connection of {}: {}", visitor.channel.remoteAddress(), why);
    forget(visitor);
    visitors.remove(visitor.channel);
    publishSizes();
    var _ = visitor.channel.close();
  }

  private synchronized void left(Visitor visitor) {
    forget(visitor);
    visitors.remove(visitor.channel);
    setDeadline(visitor, Duration.ZERO);
    publishSizes();
  }

  private void forget(Visitor visitor) {
    if (visitor.group != null) {
      visitor.group.remove(visitor, visitor.key);
      visitor.group = null;
    }
  }

  private void publishSizes() {
    stats.strangers.set(strangers.size());
    stats.waiting.set(waiting.size());
    stats.members.set(members.size());
  }
}
