package dev.meshd.bench.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** What a fleet has done so far, and how many connections it dialled when. Thread-safe. */
final class FleetCounters {
  private static final int STEP_MS = 100;
  private static final int STEPS = 36_000;
  private static final int STEPS_PER_SECOND = 1000 / STEP_MS;

  final AtomicInteger registrations = new AtomicInteger();
  final AtomicInteger refusals = new AtomicInteger();
  final AtomicInteger lostStreams = new AtomicInteger();
  final AtomicLong messages = new AtomicLong();
  final AtomicLong messageBytes = new AtomicLong();

  private final long startNs = System.nanoTime();
  private final AtomicIntegerArray dials = new AtomicIntegerArray(STEPS);
  private final AtomicIntegerArray connections = new AtomicIntegerArray(STEPS);

  void dialled() {
    dials.incrementAndGet(step());
  }

  void connected() {
    connections.incrementAndGet(step());
  }

  /** A moment to ask about later. */
  int step() {
    return (int) Math.min((System.nanoTime() - startNs) / (STEP_MS * 1_000_000L), STEPS - 1);
  }

  /** Most attempts to connect within one second since {@code fromStep}. */
  int peakDials(int fromStep) {
    return peak(dials, fromStep);
  }

  /** Most connections, with their handshakes done, within one second since {@code fromStep}. */
  int peakConnections(int fromStep) {
    return peak(connections, fromStep);
  }

  private int peak(AtomicIntegerArray counts, int fromStep) {
    int best = 0;
    int last = step();
    for (int from = fromStep; from <= last; from++) {
      int sum = 0;
      for (int at = from; at < Math.min(from + STEPS_PER_SECOND, STEPS); at++) {
        sum += counts.get(at);
      }
      best = Math.max(best, sum);
    }
    return best;
  }
}
