package dev.meshd.coordinator.gate;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a {@link ConnectionGate} counts. Thread-safe; sums may be a moment old. */
public final class GateStats {
  final LongAdder entered = new LongAdder();
  final LongAdder recognised = new LongAdder();
  final LongAdder displaced = new LongAdder();
  final LongAdder late = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder expelled = new LongAdder();
  final AtomicInteger strangers = new AtomicInteger();
  final AtomicInteger waiting = new AtomicInteger();
  final AtomicInteger members = new AtomicInteger();

  GateStats() {}

  /** Connections accepted since the start. */
  public long entered() {
    return entered.sum();
  }

  /** Connections whose client turned out to be known. */
  public long recognised() {
    return recognised.sum();
  }

  /** Connections closed to make room for a newer one of the same kind. */
  public long displaced() {
    return displaced.sum();
  }

  /** Connections closed because their client proved nothing in time. */
  public long late() {
    return late.sum();
  }

  /** Connections of known clients closed because there are too many of them. */
  public long refused() {
    return refused.sum();
  }

  /** Connections closed because their client is no longer welcome. */
  public long expelled() {
    return expelled.sum();
  }

  /** Open connections whose client has proved nothing. */
  public int strangers() {
    return strangers.get();
  }

  /** Open connections whose client waits for a person. */
  public int waiting() {
    return waiting.get();
  }

  /** Open connections of known clients. */
  public int members() {
    return members.get();
  }
}
