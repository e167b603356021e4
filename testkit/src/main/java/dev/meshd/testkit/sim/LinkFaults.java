package dev.meshd.testkit.sim;

/**
 * How badly the underlay treats datagrams. Delay varies uniformly within its range for each
 * datagram, which is what re-orders them. Immutable.
 *
 * @param loss probability that a datagram vanishes
 * @param duplication probability that it arrives twice
 */
public record LinkFaults(double loss, double duplication, long minDelayNs, long maxDelayNs) {

  private static final long MILLISECOND = 1_000_000L;

  /** A healthy network of moderate distance. */
  public static final LinkFaults NONE = new LinkFaults(0, 0, 5 * MILLISECOND, 6 * MILLISECOND);

  /** Nothing arrives. */
  public static final LinkFaults DOWN = new LinkFaults(1, 0, 0, 0);

  static LinkFaults random(SimRandom random) {
    long min = random.between(MILLISECOND / 5, 60 * MILLISECOND);
    long spread = random.between(0, 80 * MILLISECOND);
    double loss = random.oneOf(0.0, 0.01, 0.05, 0.2);
    double duplication = random.oneOf(0.0, 0.0, 0.05, 0.3);
    return new LinkFaults(loss, duplication, min, min + spread);
  }
}
