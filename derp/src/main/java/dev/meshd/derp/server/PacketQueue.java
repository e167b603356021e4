package dev.meshd.derp.server;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Frames waiting for one client, bounded in number and bytes. When full the oldest make room, so
 * that a slow reader loses and nobody waits for it.
 *
 * <p>Not thread-safe; guarded by its connection.
 */
final class PacketQueue {

  private final int maxFrames;
  private final int maxBytes;
  private final boolean disco;
  private final RelayStats stats;
  private final ArrayDeque<ByteBuf> frames;
  private int bytes;

  PacketQueue(int maxFrames, int maxBytes, boolean disco, RelayStats stats) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
    this.disco = disco;
    this.stats = stats;
    this.frames = new ArrayDeque<>();
  }

  /** Takes over {@code frame}, or releases it if it could never fit. */
  void offer(ByteBuf frame) {
    int length = frame.readableBytes();
    if (length > maxBytes) {
      frame.release();
      stats.countDrop(RelayDrop.QUEUE_TAIL, disco);
      return;
    }
    while (frames.size() >= maxFrames || bytes + length > maxBytes) {
      drop(RelayDrop.QUEUE_HEAD);
    }
    frames.add(frame);
    bytes += length;
  }

  /** Hands out the oldest frame if it is at most {@code maxLength} bytes long. */
  @Nullable ByteBuf poll(int maxLength) {
    ByteBuf oldest = frames.peek();
    if (oldest == null || oldest.readableBytes() > maxLength) {
      return null;
    }
    frames.remove();
    bytes -= oldest.readableBytes();
    return oldest;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  /** Releases everything, counted as {@code reason}. */
  void clear(RelayDrop reason) {
    while (!frames.isEmpty()) {
      drop(reason);
    }
  }

  private void drop(RelayDrop reason) {
    ByteBuf oldest = frames.remove();
    bytes -= oldest.readableBytes();
    oldest.release();
    stats.countDrop(reason, disco);
  }
}
