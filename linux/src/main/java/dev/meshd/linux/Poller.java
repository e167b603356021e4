package dev.meshd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waits until one of a few descriptors is ready: ppoll(2). With the two to four descriptors a data
 * path thread has, this is as fast as epoll and simpler.
 *
 * <p>Descriptors are added once and then named by the index that {@link #add} returned. Owned by
 * the thread that polls; to end its wait from outside, add a {@link WakeFd}.
 */
public final class Poller {
  /** A timeout that never ends. */
  public static final long FOREVER = -1;

  private static final short POLLIN = 0x1;
  private static final short POLLOUT = 0x4;
  private static final short POLLERR = 0x8;
  private static final short POLLHUP = 0x10;
  private static final short POLLNVAL = 0x20;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final Fd[] fds;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment pollfds;
  private final MemorySegment timespec = arena.allocate(Layouts.TIMESPEC_BYTES, 8);
  private int count;

  /** A poller for at most {@code capacity} descriptors. */
  public Poller(int capacity) {
    fds = new Fd[capacity];
    pollfds = arena.allocate((long) capacity * Layouts.POLLFD_BYTES, 8);
  }

  /** Adds a descriptor, interested in reading, and returns its index: 0, 1, 2, … */
  public int add(Fd fd) {
    int index = count++;
    fds[index] = fd; // keeps the descriptor number reserved as long as it is polled
    long at = (long) index * Layouts.POLLFD_BYTES;
    pollfds.set(ValueLayout.JAVA_INT, at + Layouts.POLLFD_FD, fd.number());
    interest(index, true, false);
    return index;
  }

  /** Sets what to wait for; neither means that only errors end the wait. */
  public void interest(int index, boolean read, boolean write) {
    int events = (read ? POLLIN : 0) | (write ? POLLOUT : 0);
    long at = at(index) + Layouts.POLLFD_EVENTS;
    pollfds.set(ValueLayout.JAVA_SHORT, at, (short) events);
  }

  /**
   * Waits at most {@code timeoutNs} nanoseconds, or without end for {@link #FOREVER}; 0 only looks.
   *
   * @return how many descriptors are ready; 0 on timeout or when a signal interrupted the wait
   */
  public int poll(long timeoutNs) {
    long timeout = 0;
    if (timeoutNs >= 0) {
      timespec.set(ValueLayout.JAVA_LONG, 0, timeoutNs / NANOS_PER_SECOND);
      timespec.set(ValueLayout.JAVA_LONG, Layouts.TIMESPEC_NANOS, timeoutNs % NANOS_PER_SECOND);
      timeout = timespec.address();
    }
    int ready = Libc.ppoll(pollfds.address(), count, timeout, 0);
    if (ready < 0) {
      int errno = Libc.errno();
      if (errno != Errno.EINTR) {
        throw new LinuxException("poll", errno);
      }
      clearResults();
      return 0;
    }
    return ready;
  }

  private void clearResults() {
    for (int i = 0; i < count; i++) {
      pollfds.set(ValueLayout.JAVA_SHORT, at(i) + Layouts.POLLFD_REVENTS, (short) 0);
    }
  }

  /**
   * Whether the last wait found data, or a condition that the next read will report (an error, a
   * closed descriptor).
   */
  public boolean isReadable(int index) {
    return (results(index) & (POLLIN | POLLERR | POLLHUP | POLLNVAL)) != 0;
  }

  public boolean isWritable(int index) {
    return (results(index) & (POLLOUT | POLLERR | POLLNVAL)) != 0;
  }

  /** Whether the last wait found an error on the descriptor, such as a TUN device that is gone. */
  public boolean isBroken(int index) {
    return (results(index) & (POLLERR | POLLNVAL)) != 0 || fds[index].isClosed();
  }

  private int results(int index) {
    return pollfds.get(ValueLayout.JAVA_SHORT, at(index) + Layouts.POLLFD_REVENTS);
  }

  private long at(int index) {
    if (index >= count) {
      throw new IndexOutOfBoundsException(index);
    }
    return (long) index * Layouts.POLLFD_BYTES;
  }
}
