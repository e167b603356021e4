package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.EngineInbox;
import dev.meshd.magicsock.demux.DatagramDemux;
import dev.meshd.magicsock.demux.DatagramKind;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.WireGuardDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Datagrams for the engine loop, copied to the heap, in two queues: handshake messages, which are
 * expensive to take in, and disco and STUN, which are not. A flood of the one does not hold up the
 * other.
 *
 * <p>Handshake messages are {@linkplain dev.meshd.wireguard.HandshakeScreen screened} before they
 * are queued, on the thread that brings them: whoever does not know our public key takes no room.
 * At most {@value #CAPACITY} of each kind wait; the newest is dropped and counted when they do, so
 * that a flood cannot push out what came before it. Thread-safe.
 */
public final class EngineMailbox implements EngineInbox {
  /** As many handshake messages as wireguard-go lets wait. */
  static final int CAPACITY = 1024;

  /**
   * Handshakes taken in at a time: each may cost a millisecond, and timers, commands and disco wait
   * meanwhile.
   */
  static final int HANDSHAKES_PER_TURN = 16;

  /** Longer than any message of the protocols on the port. */
  private static final int MAX_BYTES = 2048;

  private final ArrayBlockingQueue<HeapDatagram> handshakes = new ArrayBlockingQueue<>(CAPACITY);
  private final ArrayBlockingQueue<HeapDatagram> others = new ArrayBlockingQueue<>(CAPACITY);
  private final WireGuardDevice device;
  private final DropCounters drops;
  private final Runnable wakeEngine;

  /**
   * @param device whose handshake messages these are; only its thread-safe parts are used
   * @param wakeEngine called after each datagram; must not block
   */
  public EngineMailbox(WireGuardDevice device, Runnable wakeEngine) {
    this.device = device;
    this.drops = device.drops();
    this.wakeEngine = wakeEngine;
  }

  /** Takes one datagram each, on the engine loop; the array is its own. */
  @FunctionalInterface
  public interface Reader {
    void datagram(Endpoint from, byte[] bytes);
  }

  @Override
  public void datagram(MemorySegment memory, long offset, int length, Endpoint from) {
    boolean handshake = DatagramDemux.classify(memory, offset, length) == DatagramKind.WIREGUARD;
    // Cut off, a handshake message is of the wrong length as well.
    byte[] bytes = new byte[Math.min(length, MAX_BYTES)];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, bytes.length);
    DropReason refused = handshake ? device.screen().refuse(bytes) : null;
    if (!handshake && length > MAX_BYTES) {
      drops.count(DropReason.WRONG_LENGTH);
    } else if (refused != null) {
      drops.count(refused);
    } else if ((handshake ? handshakes : others).offer(new HeapDatagram(from, bytes))) {
      wakeEngine.run();
    } else {
      drops.count(handshake ? DropReason.HANDSHAKE_QUEUE_FULL : DropReason.DISCO_QUEUE_FULL);
    }
  }

  /** How many handshake messages wait now: the measure of load. */
  public int handshakesWaiting() {
    return handshakes.size();
  }

  /**
   * Hands over at most {@code limit} datagrams of disco and STUN, then at most {@value
   * #HANDSHAKES_PER_TURN} handshake messages; true if more may be waiting.
   */
  public boolean drainTo(Reader reader, int limit) {
    drain(others, reader, limit);
    drain(handshakes, reader, HANDSHAKES_PER_TURN);
    return !others.isEmpty() || !handshakes.isEmpty();
  }

  private static void drain(ArrayBlockingQueue<HeapDatagram> queue, Reader reader, int limit) {
    for (int i = 0; i < limit; i++) {
      HeapDatagram next = queue.poll();
      if (next == null) {
        return;
      }
      reader.datagram(next.from(), next.bytes());
    }
  }
}
