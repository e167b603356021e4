package dev.meshd.wireguard;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Peers about which the data path has something to tell the engine loop.
 *
 * <p>A peer is in the queue at most once, whatever is signalled about it and how often, so the
 * queue is bounded by the number of peers. What happened is a bit mask in the peer. Signals are
 * rare (a handful per handshake and timer period), hence the queue's node per entry does not count
 * as allocation per packet.
 *
 * <p>Thread-safe: filled by any thread, drained by the engine loop.
 */
public final class SignalQueue {
  private final ConcurrentLinkedQueue<WireGuardPeer> peers = new ConcurrentLinkedQueue<>();
  private final Runnable wakeEngine;

  /**
   * @param wakeEngine called on the signalling thread after each entry; must not block
   */
  public SignalQueue(Runnable wakeEngine) {
    this.wakeEngine = wakeEngine;
  }

  void add(WireGuardPeer peer) {
    peers.add(peer);
    wakeEngine.run();
  }

  Optional<WireGuardPeer> poll() {
    return Optional.ofNullable(peers.poll());
  }

  public boolean isEmpty() {
    return peers.isEmpty();
  }
}
