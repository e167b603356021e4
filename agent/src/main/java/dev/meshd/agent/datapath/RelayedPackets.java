package dev.meshd.agent.datapath;

import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Transport data that relays have brought, on its way to the udp-receiver. At most {@value
 * #CAPACITY} packets wait; the newest is dropped when they do. Thread-safe.
 */
public final class RelayedPackets {
  static final int CAPACITY = 512;

  private final ArrayBlockingQueue<HeapDatagram> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final DropCounters drops;
  private final Runnable wakeReceiver;

  RelayedPackets(DropCounters drops, Runnable wakeReceiver) {
    this.drops = drops;
    this.wakeReceiver = wakeReceiver;
  }

  /**
   * Adds a packet, whose array is taken over.
   *
   * @param from the region, as {@link Endpoint#derp}
   */
  public void add(Endpoint from, byte[] bytes) {
    if (queue.offer(new HeapDatagram(from, bytes))) {
      wakeReceiver.run();
    } else {
      drops.count(DropReason.RELAY_QUEUE_FULL);
    }
  }

  @Nullable HeapDatagram poll() {
    return queue.poll();
  }
}
