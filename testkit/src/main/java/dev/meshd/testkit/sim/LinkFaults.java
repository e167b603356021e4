package dev.meshd.testkit.sim;

/**
 * How badly the underlay treats datagrams. Delay varies uniformly within its range for each
 * datagram, which is what re-orders them. Immutable.
 *
 * @param loss probability that a datagram vanishes
 * @param duplication probability that it arrives twice
 * @param corruption probability that bits of it are flipped on the way
 * @param maxBytes longer datagrams vanish
 */
record LinkFaults(
    double loss,
    double duplication,
    double corruption,
    long minDelayNs,
    long maxDelayNs,
    int maxBytes) {

  /** Longer than anything that is sent. */
  static final int ANY_LENGTH = 1500;

  /** Handshakes and path discovery fit, full packets do not. */
  static final int SHORT_DATAGRAMS = 260;

  private static final long MILLISECOND = 1_000_000L;

  /** A healthy network of moderate distance. */
  static final LinkFaults NONE =
      new LinkFaults(0, 0, 0, 5 * MILLISECOND, 6 * MILLISECOND, ANY_LENGTH);

  /** Nothing arrives. */
  static final LinkFaults DOWN = new LinkFaults(1, 0, 0, 0, 0, ANY_LENGTH);

  static LinkFaults random(SimRandom random) {
    long min = random.between(MILLISECOND / 5, 60 * MILLISECOND);
    long spread = random.between(0, 80 * MILLISECOND);
    double loss = random.oneOf(0.0, 0.01, 0.05, 0.2);
    double duplication = random.oneOf(0.0, 0.0, 0.05, 0.3);
    double corruption = random.oneOf(0.0, 0.0, 0.02, 0.1);
    return new LinkFaults(loss, duplication, corruption, min, min + spread, ANY_LENGTH);
  }

  LinkFaults onlyShortDatagrams() {
    return new LinkFaults(loss, duplication, corruption, minDelayNs, maxDelayNs, SHORT_DATAGRAMS);
  }

  boolean nothingArrives() {
    return loss == 1;
  }

  @Override
  public String toString() {
    if (nothingArrives()) {
      return "nothing arrives";
    }
    return "loss %.0f%%, duplicates %.0f%%, damage %.0f%%, delay %.1f to %.1f ms%s"
        .formatted(
            100 * loss,
            100 * duplication,
            100 * corruption,
            minDelayNs / 1e6,
            maxDelayNs / 1e6,
            maxBytes < ANY_LENGTH ? ", nothing longer than " + maxBytes + " bytes" : "");
  }
}
