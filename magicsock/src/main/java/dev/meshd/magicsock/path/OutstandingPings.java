package dev.meshd.magicsock.path;

import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pings of one peer that wait for their pong. All time out after the same span, so they expire in
 * the order they were sent. At most {@value #MAX_OUTSTANDING}; the oldest makes room.
 *
 * <p>Owned by the engine loop.
 */
final class OutstandingPings {

  static final int MAX_OUTSTANDING = 1024;

  /**
   * One ping under way.
   *
   * @param to the address pinged; a relay region for pings by relay
   * @param userPing which user request it serves, 0 for none
   */
  record Sent(Endpoint to, long sentNs, long userPing) {}

  private final Map<TxId, Sent> inOrder = new LinkedHashMap<>();

  void add(TxId txId, Sent sent) {
    if (inOrder.size() >= MAX_OUTSTANDING) {
      Iterator<TxId> oldest = inOrder.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    inOrder.put(txId, sent);
  }

  /** Takes out the ping that a pong answers; each can be answered once. */
  Optional<Sent> take(TxId txId) {
    return Optional.ofNullable(inOrder.remove(txId));
  }

  /** Takes out every ping whose time is up. */
  List<Sent> takeExpired(long nowNs) {
    List<Sent> expired = new ArrayList<>();
    Iterator<Sent> oldestFirst = inOrder.values().iterator();
    while (oldestFirst.hasNext()) {
      Sent sent = oldestFirst.next();
      if (nowNs - sent.sentNs() < PathTimings.PING_TIMEOUT_NS) {
        break;
      }
      expired.add(sent);
      oldestFirst.remove();
    }
    return expired;
  }

  long nextExpiryNs() {
    return inOrder.isEmpty()
        ? Deadline.NONE
        : inOrder.values().iterator().next().sentNs() + PathTimings.PING_TIMEOUT_NS;
  }

  /** Pings to this address are no longer waited for: their pongs would tell of the past. */
  void forget(Endpoint address) {
    inOrder.values().removeIf(sent -> sent.to().equals(address) && sent.userPing() == 0);
  }

  int size() {
    return inOrder.size();
  }

  void clear() {
    inOrder.clear();
  }
}
