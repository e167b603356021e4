package dev.meshd.crypto;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Random numbers that need not be secret: back-off, timer jitter, identifiers of probes. Kept apart
 * from {@link SecureRandomSource} so that a simulated run is repeated by one seed.
 */
public interface JitterSource {
  /** Returns a number from 0 (inclusive) to the bound (exclusive, positive). */
  long below(long boundExclusive);

  /** Returns any int. */
  int nextInt();

  /** Returns a source that is different in every run; thread-safe. */
  static JitterSource system() {
    return new JitterSource() {
      @Override
      public long below(long boundExclusive) {
        return ThreadLocalRandom.current().nextLong(boundExclusive);
      }

      @Override
      public int nextInt() {
        return ThreadLocalRandom.current().nextInt();
      }
    };
  }

  /** Returns a source that repeats itself for the same seed; owned by one thread. */
  static JitterSource seeded(long seed) {
    var random = new SplittableRandom(seed);
    return new JitterSource() {
      @Override
      public long below(long boundExclusive) {
        return random.nextLong(boundExclusive);
      }

      @Override
      public int nextInt() {
        return random.nextInt();
      }
    };
  }
}
