package dev.meshd.coordinator.web;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether the database answers, asked at most once a second however many ask: anybody may ask, and
 * each answer costs the database a turn. Thread-safe; callers may wait for one another.
 */
public final class RecentHealth implements BooleanSupplier {
  private static final long FRESH_NS = Duration.ofSeconds(1).toNanos();

  private final BooleanSupplier check;
  private final LongSupplier nanoTime;
  private boolean asked;
  private boolean alive;
  private long askedAtNs;

  public RecentHealth(BooleanSupplier check, LongSupplier nanoTime) {
    this.check = check;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized boolean getAsBoolean() {
    if (!asked || nanoTime.getAsLong() - askedAtNs >= FRESH_NS) {
      alive = check.getAsBoolean();
      asked = true;
      askedAtNs = nanoTime.getAsLong();
    }
    return alive;
  }
}
