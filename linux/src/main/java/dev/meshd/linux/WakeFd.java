package dev.meshd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Wakes a thread that waits in {@link Poller#poll}: an eventfd(2). Any thread calls {@link #wake};
 * the waiting thread adds {@link #fd} to its poller and calls {@link #drain} when it is readable.
 * Several wakes before a drain count as one. Thread-safe.
 */
public final class WakeFd implements AutoCloseable {
  private static final int EVENTFD_FLAGS = Layouts.O_CLOEXEC | Layouts.O_NONBLOCK;
  private static final int COUNTER_BYTES = 8;

  private final Fd fd;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment one = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment drained = arena.allocate(ValueLayout.JAVA_LONG);

  private WakeFd(Fd fd) {
    this.fd = fd;
    one.set(ValueLayout.JAVA_LONG, 0, 1);
  }

  public static WakeFd open() {
    return new WakeFd(Fd.check("create an eventfd", Libc.eventfd(0, EVENTFD_FLAGS)));
  }

  public Fd fd() {
    return fd;
  }

  /** Makes the descriptor readable. Has no effect after {@link #close}. */
  public void wake() {
    // The only failure is EAGAIN at a counter of 2^64 - 2, and then it is readable already.
    Libc.write(fd.number(), one.address(), COUNTER_BYTES);
  }

  /** Makes the descriptor not readable until the next {@link #wake}. */
  public void drain() {
    Libc.read(fd.number(), drained.address(), COUNTER_BYTES);
  }

  @Override
  public void close() {
    fd.close();
  }
}
