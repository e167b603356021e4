package dev.meshd.testkit.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something outside this process, with a bound and a reason. Stateless. */
public final class Await {
  private static final long POLL_MILLIS = 50;

  private Await() {}

  /**
   * Returns once the condition holds.
   *
   * @param what ends the sentence "waited 10 s for …"
   * @throws LabException when the time is up
   */
  public static void until(Duration limit, String what, BooleanSupplier condition) {
    value(limit, what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  /** Returns the value as soon as there is one; otherwise like {@link #until}. */
  public static <T> T value(Duration limit, String what, Supplier<Optional<T>> supplier) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<T> value = supplier.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new LabException("waited " + limit.toMillis() / 1000.0 + " s for " + what);
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LabException("interrupted while waiting for " + what, e);
      }
    }
  }
}
