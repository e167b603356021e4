package dev.meshd.testkit.sim;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.SecureRandomSource;
import java.util.SplittableRandom;

/**
 * All randomness of one simulation, from one seed. Each part of the world draws from its own
 * branch, so that a change in one place does not shift the dice everywhere else.
 */
public final class SimRandom {

  private final SplittableRandom random;

  public SimRandom(long seed) {
    this(new SplittableRandom(seed));
  }

  private SimRandom(SplittableRandom random) {
    this.random = random;
  }

  /** An independent source. */
  public SimRandom branch() {
    return new SimRandom(random.split());
  }

  /** True with the given probability. */
  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** Uniform in {@code [low, high]}. */
  public long between(long low, long high) {
    return low == high ? low : random.nextLong(low, high + 1);
  }

  /** Uniform in {@code [0, bound)}. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** One of the values. */
  @SafeVarargs
  public final <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }

  /** For keys and transaction ids: as predictable as the rest, which no real node may be. */
  public SecureRandomSource secure() {
    SplittableRandom own = random.split();
    return own::nextBytes;
  }

  public JitterSource jitter() {
    return JitterSource.seeded(random.nextLong());
  }
}
