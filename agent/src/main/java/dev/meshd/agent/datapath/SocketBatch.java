package dev.meshd.agent.datapath;

import dev.meshd.linux.Poller;
import dev.meshd.linux.SendBatch;
import dev.meshd.linux.UdpFd;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams on their way into one socket. Those to one destination that lie back to back and are of
 * equal length travel through the kernel as one (UDP_SEGMENT), the last of them possibly shorter.
 *
 * <p>A full socket buffer holds the sender up for a moment, which is the back-pressure that makes
 * the TUN queue fill; after {@value #MAX_WAIT_MS} ms the rest is dropped and counted. Owned by the
 * tun-reader.
 */
final class SocketBatch {
  private static final int CAPACITY = 64;

  /** What older kernels take; and more than a batch of the tun-reader holds. */
  private static final int MAX_SEGMENTS = 64;

  /** The most that one send may carry over IPv4; IPv6 allows 20 bytes more. */
  private static final int MAX_RUN_BYTES = 65_507;

  private static final int MAX_WAIT_MS = 100;

  private final @Nullable UdpFd socket;
  private final DropCounters drops;
  private final SendBatch batch = new SendBatch(CAPACITY);
  private final Poller writable = new Poller(1);
  private long refusedBefore;

  // The run that is being gathered; runLength 0 when there is none.
  private MemorySegment runMemory = MemorySegment.NULL;
  private @Nullable Endpoint runTo;
  private long runOffset;
  private int runLength;
  private int segmentBytes;
  private int segments;
  private boolean runEnded;

  /**
   * @param socket null when the host lacks the family: everything is dropped and counted
   */
  SocketBatch(@Nullable UdpFd socket, DropCounters drops) {
    this.socket = socket;
    this.drops = drops;
    if (socket != null) {
      writable.interest(writable.add(socket.fd()), false, true);
    }
  }

  void add(MemorySegment memory, long offset, int length, Endpoint to) {
    if (socket == null) {
      drops.count(DropReason.UNDERLAY_SEND_FAILED);
      return;
    }
    if (continuesRun(memory, offset, length, to)) {
      runLength += length;
      segments++;
      runEnded = length < segmentBytes;
      return;
    }
    endRun();
    if (batch.isFull()) {
      send(socket);
    }
    runMemory = memory;
    runTo = to;
    runOffset = offset;
    runLength = length;
    segmentBytes = length;
    segments = 1;
    runEnded = false;
  }

  void flush() {
    endRun();
    if (socket != null && batch.pending() > 0) {
      send(socket);
    }
  }

  private boolean continuesRun(MemorySegment memory, long offset, int length, Endpoint to) {
    return runLength > 0
        && !runEnded
        && memory.address() + offset == runMemory.address() + runOffset + runLength
        && Objects.equals(to, runTo)
        && length <= segmentBytes
        && segments < MAX_SEGMENTS
        && runLength + length <= MAX_RUN_BYTES;
  }

  private void endRun() {
    if (runLength > 0 && runTo != null) {
      batch.addSegmented(runMemory, runOffset, runLength, runTo, segmentBytes);
    }
    runLength = 0;
  }

  private void send(UdpFd to) {
    int left = to.send(batch);
    long waitUntilNs = 0;
    while (left > 0) {
      long nowNs = System.nanoTime();
      if (waitUntilNs == 0) {
        waitUntilNs = nowNs + TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MS);
      }
      if (waitUntilNs - nowNs <= 0) {
        drops.count(DropReason.UNDERLAY_SEND_FAILED, left);
        batch.clear();
        break;
      }
      writable.poll(waitUntilNs - nowNs);
      left = to.send(batch);
    }
    long refused = batch.refusedCount() - refusedBefore;
    if (refused > 0) {
      refusedBefore = batch.refusedCount();
      drops.count(DropReason.UNDERLAY_SEND_FAILED, (int) refused);
    }
  }
}
