package dev.meshd.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Bounds what one input may make this thread allocate: a length field must never be believed before
 * the bytes are there.
 */
final class AllocationLimit {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocationLimit() {}

  /** Bytes this thread has allocated so far. */
  static long soFar() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Fails if more was allocated since {@code before} than an input of that length may cost. */
  static void check(FuzzTarget target, long before, int inputLength) {
    long allocated = soFar() - before;
    long limit = target.fixedAllocation() + (long) inputLength * target.allocationPerByte();
    if (allocated > limit) {
      throw new AssertionError(
          "an input of %,d bytes made %s allocate %,d bytes; at most %,d are allowed"
              .formatted(inputLength, target.label(), allocated, limit));
    }
  }
}
