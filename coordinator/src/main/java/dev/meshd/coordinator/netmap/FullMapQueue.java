package dev.meshd.coordinator.netmap;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Whose turn it is to get a full map. After a restart of the server every node asks for one within
 * seconds; a few at a time are made and sent, in the order of asking, so that memory and the time
 * of each one stay bounded and changes still flow in between. A receiver too slow to take its map
 * within {@link #TURN_NS} no longer holds up the next. Owned by the coordinator loop.
 */
final class FullMapQueue {
  /** Enough to keep all cores and connections busy; each costs one map's bytes. */
  static final int AT_A_TIME = 16;

  static final long TURN_NS = TimeUnit.SECONDS.toNanos(5);

  private final Set<NodeSession> waiting = new LinkedHashSet<>();
  private final Map<NodeSession, Long> beingServed = new LinkedHashMap<>();

  /** Asks for a turn. Idempotent. */
  void add(NodeSession session) {
    waiting.add(session);
  }

  /** Gives turns to as many as are allowed, by {@code serve(session, nowNs)}. */
  void serve(long nowNs, BiConsumer<NodeSession, Long> serve) {
    Iterator<NodeSession> next = waiting.iterator();
    while (beingServed.size() < AT_A_TIME && next.hasNext()) {
      NodeSession session = next.next();
      if (session.isReady()) {
        next.remove();
        beingServed.put(session, nowNs);
        serve.accept(session, nowNs);
      }
    }
  }

  /** The session has got its map, or is gone. */
  void done(NodeSession session) {
    waiting.remove(session);
    beingServed.remove(session);
  }

  /** Takes their turn from those that were too slow. */
  void endLongTurns(long nowNs) {
    beingServed.values().removeIf(since -> nowNs - since > TURN_NS);
  }

  int waiting() {
    return waiting.size();
  }
}
