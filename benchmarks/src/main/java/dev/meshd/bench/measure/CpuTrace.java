package dev.meshd.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches the processor time of a process while it is open, to find its busiest second. Gaps are
 * fine: a process that is not there uses nothing. Thread-safe; owns one thread.
 */
public final class CpuTrace implements AutoCloseable {
  private static final long STEP_NS = 200_000_000;
  private static final int STEPS_PER_SECOND = 5;

  private final long pid;
  private final Thread sampler;

  // Guarded by this.
  private final List<Double> steps = new ArrayList<>();
  private double last = Double.NaN;
  private volatile boolean closed;

  private CpuTrace(long pid) {
    this.pid = pid;
    this.sampler = Thread.ofPlatform().daemon().name("cpu-trace").start(this::run);
  }

  public static CpuTrace start(long pid) {
    return new CpuTrace(pid);
  }

  private void run() {
    while (!closed) {
      sample();
      LockSupport.parkNanos(STEP_NS);
    }
  }

  private synchronized void sample() {
    double now;
    try {
      now = ProcessUsage.of(pid).cpuSeconds();
    } catch (RuntimeException e) {
      now = Double.NaN;
    }
    if (!Double.isNaN(now) && !Double.isNaN(last)) {
      steps.add(now - last);
    }
    last = now;
  }

  /** Processors in use during the busiest second; 1.0 is one of them all the time. */
  public synchronized double peakProcessors() {
    double peak = 0;
    for (int from = 0; from < steps.size(); from++) {
      int to = Math.min(from + STEPS_PER_SECOND, steps.size());
      double used = steps.subList(from, to).stream().mapToDouble(Double::doubleValue).sum();
      peak = Math.max(peak, used);
    }
    return peak;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(sampler);
  }
}
