package dev.meshd.derp.server;

import dev.meshd.derp.codec.DerpLimits;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Everything waiting to be written to one client: control frames, discovery packets, other packets.
 *
 * <p>Discovery packets have a queue of their own so that bulk data cannot push them out; the two
 * packet queues take turns. Each queue is bounded: packets drop the oldest, control frames beyond
 * their bound are not queued, and there is room for one pong, so that pings cost no memory.
 *
 * <p>Thread-safe: one lock, held for a few field accesses.
 */
final class OutboundQueues {

  private static final int DATA_FRAMES = 256;

  /** Room for 32 packets of the largest size; what probes of relays in the field count on. */
  private static final int DATA_BYTES = 32 * (DerpLimits.MAX_PACKET + 64);

  private static final int DISCO_FRAMES = 32;
  private static final int DISCO_BYTES = 128 * 1024;
  private static final int CONTROL_FRAMES = 1024;

  private final PacketQueue data;
  private final PacketQueue disco;
  private final ArrayDeque<byte[]> control = new ArrayDeque<>();
  private final RelayStats stats;
  private byte @Nullable [] pong;
  private boolean discoIsNext;
  private boolean closed;

  OutboundQueues(RelayStats stats) {
    this.stats = stats;
    this.data = new PacketQueue(DATA_FRAMES, DATA_BYTES, false, stats);
    this.disco = new PacketQueue(DISCO_FRAMES, DISCO_BYTES, true, stats);
  }

  /** Takes over a packet frame. */
  synchronized void offerPacket(ByteBuf frame, boolean isDisco) {
    if (closed) {
      frame.release();
      stats.countDrop(RelayDrop.GONE_DISCONNECTED, isDisco);
    } else {
      (isDisco ? disco : data).offer(frame);
    }
  }

  /** Takes over a control frame, or forgets it if far too many are waiting. */
  synchronized boolean offerControl(byte[] frame) {
    if (closed || control.size() >= CONTROL_FRAMES) {
      return false;
    }
    control.add(frame);
    return true;
  }

  /** Takes over a pong unless one is waiting. */
  synchronized void offerPong(byte[] frame) {
    if (pong == null && !closed) {
      pong = frame;
    }
  }

  /** Moves as many frames as fit to {@code batch} and returns the number of packets among them. */
  synchronized int fill(ByteBuf batch) {
    while (!control.isEmpty() && control.peek().length <= batch.writableBytes()) {
      batch.writeBytes(control.remove());
    }
    if (pong != null && pong.length <= batch.writableBytes()) {
      batch.writeBytes(pong);
      pong = null;
      stats.pongs.increment();
    }
    int packets = 0;
    for (ByteBuf frame = nextPacket(batch); frame != null; frame = nextPacket(batch)) {
      batch.writeBytes(frame);
      frame.release();
      packets++;
    }
    return packets;
  }

  synchronized boolean isEmpty() {
    return control.isEmpty() && pong == null && disco.isEmpty() && data.isEmpty();
  }

  /** Drops everything, now and from here on. */
  synchronized void close() {
    closed = true;
    control.clear();
    pong = null;
    data.clear(RelayDrop.WRITE_ERROR);
    disco.clear(RelayDrop.WRITE_ERROR);
  }

  private @Nullable ByteBuf nextPacket(ByteBuf batch) {
    int room = batch.writableBytes();
    discoIsNext = !discoIsNext;
    ByteBuf first = (discoIsNext ? disco : data).poll(room);
    return first != null ? first : (discoIsNext ? data : disco).poll(room);
  }
}
