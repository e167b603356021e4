package dev.meshd.bench.measure;

import java.util.Arrays;
import java.util.Collection;

/** A set of measured values in one unit. Immutable; never empty. */
public final class Samples {
  private final double[] sorted;

  private Samples(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = values;
    Arrays.sort(sorted);
  }

  public static Samples of(Collection<Double> values) {
    return new Samples(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  public static Samples of(double... values) {
    return new Samples(values.clone());
  }

  /** Durations in nanoseconds, as milliseconds. */
  public static Samples millis(long... nanos) {
    return new Samples(Arrays.stream(nanos).mapToDouble(n -> n / 1e6).toArray());
  }

  public int count() {
    return sorted.length;
  }

  public double min() {
    return sorted[0];
  }

  public double max() {
    return sorted[sorted.length - 1];
  }

  /** The value in the middle; of an even number the mean of both. */
  public double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * The smallest value that at least this share of all does not exceed (nearest rank).
   *
   * @param share between 0 and 1
   */
  public double quantile(double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.clamp(rank, 1, sorted.length) - 1];
  }
}
