package dev.meshd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Time since boot, counting suspend: CLOCK_BOOTTIME. Session keys must age while a laptop sleeps,
 * which {@link System#nanoTime} does not see on Linux. Never goes back, not related to wall time.
 *
 * <p>A reading costs one system library call, so the data path takes it once per batch.
 * Thread-safe.
 */
public final class BootClock {
  private static final int CLOCK_BOOTTIME = 7;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final ThreadLocal<MemorySegment> TIMESPEC =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Layouts.TIMESPEC_BYTES, 8));

  private BootClock() {}

  /** Nanoseconds since the machine started. */
  public static long nowNs() {
    MemorySegment timespec = TIMESPEC.get();
    if (Libc.clock_gettime(CLOCK_BOOTTIME, timespec.address()) != 0) {
      throw new LinuxException("read the boot clock", Libc.errno());
    }
    return timespec.get(ValueLayout.JAVA_LONG, 0) * NANOS_PER_SECOND
        + timespec.get(ValueLayout.JAVA_LONG, Layouts.TIMESPEC_NANOS);
  }
}
