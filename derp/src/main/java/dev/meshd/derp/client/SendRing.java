package dev.meshd.derp.client;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.codec.DerpLimits;
import dev.meshd.derp.codec.FrameDecoder;
import dev.meshd.derp.codec.FrameType;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * Packets on their way to the relay, as whole frames in one fixed piece of memory. Full means that
 * the oldest make room: a late packet is worth less than a fresh one, and a data-path thread must
 * never wait for a TCP connection. For the same reason frames that waited too long, because the
 * relay was away, are left out when the ring is drained.
 *
 * <pre>
 * entry: frame length 4 (-1: the next entry is at offset 0) | queued at, ns, 8 | frame
 * </pre>
 *
 * <p>Thread-safe; one lock, held for one copy. No allocation.
 */
final class SendRing {

  /** About ten milliseconds at the rate a relay carries; four packets of the largest size. */
  static final int CAPACITY = 256 * 1024;

  private static final long STALE_NS = TimeUnit.SECONDS.toNanos(3);

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int ENTRY_HEADER = Integer.BYTES + Long.BYTES;
  private static final int FRAME_OVERHEAD = FrameDecoder.HEADER_LENGTH + DerpLimits.KEY_LENGTH;
  private static final int WRAP = -1;

  private final byte[] bytes = new byte[CAPACITY];
  private final MemorySegment ring = MemorySegment.ofArray(bytes);
  private int head;
  private int tail;
  private int entries;
  private long droppedOldest;
  private long droppedStale;

  /** Queues a packet of at most {@link DerpLimits#MAX_PACKET} bytes, copying it. */
  synchronized void offer(
      NodeKey destination, MemorySegment packet, long offset, int length, long nowNs) {
    int frameLength = FRAME_OVERHEAD + length;
    makeRoom(ENTRY_HEADER + frameLength);
    ring.set(INT, tail, frameLength);
    ring.set(LONG, tail + Integer.BYTES, nowNs);
    int frame = tail + ENTRY_HEADER;
    bytes[frame] = (byte) FrameType.SEND_PACKET.code();
    ring.set(INT, frame + 1, frameLength - FrameDecoder.HEADER_LENGTH);
    destination.copyTo(ring, frame + FrameDecoder.HEADER_LENGTH);
    MemorySegment.copy(packet, offset, ring, frame + FRAME_OVERHEAD, length);
    tail = frame + frameLength;
    entries++;
  }

  /** Decides whether a packet that is about to leave may. */
  @FunctionalInterface
  interface Gate {
    boolean admits(int packetLength);
  }

  /**
   * Moves frames to {@code out} as long as they fit.
   *
   * @return whether any frame was looked at; false means the ring is empty, or the next frame needs
   *     an emptier buffer
   */
  synchronized boolean drainTo(ByteBuf out, Gate gate, long nowNs) {
    boolean moved = false;
    while (entries > 0) {
      skipWrap();
      int frameLength = ring.get(INT, head);
      if (frameLength > out.writableBytes()) {
        break;
      }
      moved = true;
      if (nowNs - ring.get(LONG, head + Integer.BYTES) > STALE_NS) {
        droppedStale++;
      } else if (gate.admits(frameLength - FRAME_OVERHEAD)) {
        out.writeBytes(bytes, head + ENTRY_HEADER, frameLength);
      }
      removeHead(frameLength);
    }
    return moved;
  }

  synchronized boolean isEmpty() {
    return entries == 0;
  }

  /** Packets that made room for newer ones. */
  synchronized long droppedOldest() {
    return droppedOldest;
  }

  /** Packets that waited too long for a connection. */
  synchronized long droppedStale() {
    return droppedStale;
  }

  private void makeRoom(int needed) {
    while (!fits(needed)) {
      skipWrap();
      removeHead(ring.get(INT, head));
      droppedOldest++;
    }
  }

  /**
   * Whether an entry fits at the tail, after moving the tail to the start of the ring if only that
   * helps.
   */
  private boolean fits(int needed) {
    if (entries == 0) {
      head = 0;
      tail = 0;
      return true;
    }
    if (tail <= head) {
      return head - tail >= needed;
    }
    if (CAPACITY - tail >= needed) {
      return true;
    }
    if (head < needed) {
      return false;
    }
    if (CAPACITY - tail >= Integer.BYTES) {
      ring.set(INT, tail, WRAP);
    }
    tail = 0;
    return true;
  }

  private void skipWrap() {
    if (CAPACITY - head < ENTRY_HEADER || ring.get(INT, head) == WRAP) {
      head = 0;
    }
  }

  private void removeHead(int frameLength) {
    head += ENTRY_HEADER + frameLength;
    entries--;
  }
}
