package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The reply to one request: status, and a body to be read by one (virtual) thread. The server is
 * slowed down while more than {@link #MAX_BUFFERED_BYTES} wait to be read. Reading after the
 * connection was lost throws {@link ControlConnectionException}.
 */
public final class ReplyStream extends InputStream {
  /**
   * What is buffered at most before the stream stops reading from the network, give or take one
   * window.
   */
  static final int MAX_BUFFERED_BYTES = 1 << 20;

  /** No deadline is set. */
  private static final long NO_DEADLINE = Long.MIN_VALUE;

  private final Channel channel;
  private final int status;
  private final String retryAfter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
  private int bufferedBytes;
  private int headOffset;
  private boolean ended;
  private @Nullable IOException failure;

  // Owned by the reading thread.
  private long deadlineNs = NO_DEADLINE;

  ReplyStream(Channel channel, int status, String retryAfter) {
    this.channel = channel;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The {@code Retry-After} header, or empty. */
  public String retryAfter() {
    return retryAfter;
  }

  /**
   * From now on reads throw {@link SocketTimeoutException} once {@link System#nanoTime} passes
   * this.
   */
  public void deadline(long nanoTime) {
    deadlineNs = nanoTime == NO_DEADLINE ? nanoTime + 1 : nanoTime;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      if (!awaitBytes()) {
        return -1;
      }
      byte[] head = chunks.element();
      int count = Math.min(length, head.length - headOffset);
      System.arraycopy(head, headOffset, target, offset, count);
      headOffset += count;
      bufferedBytes -= count;
      if (headOffset == head.length) {
        chunks.remove();
        headOffset = 0;
      }
      if (chunks.isEmpty()) {
        channel.read();
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for bytes; false at the orderly end. The caller holds the lock. */
  private boolean awaitBytes() throws IOException {
    while (chunks.isEmpty()) {
      if (failure != null) {
        throw failure;
      }
      if (ended) {
        return false;
      }
      try {
        if (deadlineNs == NO_DEADLINE) {
          changed.await();
        } else if (changed.awaitNanos(deadlineNs - System.nanoTime()) <= 0 && chunks.isEmpty()) {
          throw new SocketTimeoutException("the server said nothing in time");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
    return true;
  }

  /** Gives the stream up: the server is told that nobody reads it. Idempotent; wakes the reader. */
  @Override
  public void close() {
    onFailure(new IOException("the stream was closed"));
    channel.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }

  // Called on the event loop.

  void onBytes(byte[] bytes) {
    lock.lock();
    try {
      chunks.add(bytes);
      bufferedBytes += bytes.length;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean wantsMore() {
    lock.lock();
    try {
      return bufferedBytes < MAX_BUFFERED_BYTES;
    } finally {
      lock.unlock();
    }
  }

  void onEnd() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Has no effect after an orderly end. */
  void onFailure(IOException cause) {
    lock.lock();
    try {
      if (!ended && failure == null) {
        failure = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
