package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.EngineInbox;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Datagrams for the engine loop, copied to the heap: handshakes, disco, STUN. At most {@value
 * #CAPACITY} wait; the newest is dropped when they do, so that a flood cannot push out what came
 * before it. Thread-safe.
 */
public final class EngineMailbox implements EngineInbox {
  /** As many handshake messages as wireguard-go lets wait. */
  static final int CAPACITY = 1024;

  /** Longer than any message of the protocols on the port. */
  private static final int MAX_BYTES = 2048;

  private final ArrayBlockingQueue<HeapDatagram> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final DropCounters drops;
  private final Runnable wakeEngine;

  /**
   * @param wakeEngine called after each datagram; must not block
   */
  public EngineMailbox(DropCounters drops, Runnable wakeEngine) {
    this.drops = drops;
    this.wakeEngine = wakeEngine;
  }

  /** Takes one datagram each, on the engine loop; the array is its own. */
  @FunctionalInterface
  public interface Reader {
    void datagram(Endpoint from, byte[] bytes);
  }

  @Override
  public void datagram(MemorySegment memory, long offset, int length, Endpoint from) {
    if (length > MAX_BYTES) {
      drops.count(DropReason.UNKNOWN_TYPE);
      return;
    }
    byte[] bytes = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
    if (queue.offer(new HeapDatagram(from, bytes))) {
      wakeEngine.run();
    } else {
      drops.count(DropReason.HANDSHAKE_QUEUE_FULL);
    }
  }

  /** Hands over at most {@code limit} datagrams; true if more may be waiting. */
  public boolean drainTo(Reader reader, int limit) {
    for (int i = 0; i < limit; i++) {
      HeapDatagram next = queue.poll();
      if (next == null) {
        return false;
      }
      reader.datagram(next.from(), next.bytes());
    }
    return !queue.isEmpty();
  }
}
