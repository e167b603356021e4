package dev.meshd.magicsock.path;

/**
 * When one candidate is pinged: a burst of four tries within two seconds, then every five seconds.
 *
 * <p>Two NATs open towards each other only when both sides have sent, and the first ping of the
 * earlier side is usually refused by the other side's NAT. A reference node then waits five
 * seconds; the burst closes the gap in a quarter of a second and also covers a lost datagram. The
 * cost is bounded: three more 124-byte datagrams per candidate, and only when something new is
 * known.
 *
 * <p>Owned by the engine loop.
 */
final class ProbeSchedule {

  /** Spacing after the first, second and third try of a burst. */
  private static final long[] BURST_NS = {250_000_000L, 500_000_000L, 1_250_000_000L};

  /** A hint that an address works now may pull a try forward, but not closer than this. */
  static final long HINT_SPACING_NS = 100_000_000L;

  private static final long LONG_AGO = Long.MIN_VALUE / 2;

  private long lastNs = LONG_AGO;
  private long nextNs = LONG_AGO;
  private int tries;

  /** Starts over: the next try is due at once. */
  void restart() {
    lastNs = LONG_AGO;
    nextNs = LONG_AGO;
    tries = 0;
  }

  /** Something suggests that the address works now, such as a ping from it. */
  void hint(long nowNs) {
    if (!inBurst()) {
      tries = 0;
    }
    nextNs = Math.min(nextNs, Math.max(nowNs, lastNs + HINT_SPACING_NS));
  }

  boolean isDue(long nowNs) {
    return nowNs >= nextNs;
  }

  /** When the next try is due; in the past when it is overdue. */
  long dueNs() {
    return nextNs;
  }

  /** Whether the opening tries are not all used up. */
  boolean inBurst() {
    return tries <= BURST_NS.length;
  }

  void onSent(long nowNs) {
    lastNs = nowNs;
    nextNs = nowNs + (tries < BURST_NS.length ? BURST_NS[tries] : PathTimings.PROBE_INTERVAL_NS);
    tries++;
  }

  /** The address answered: no more tries are needed to get through. */
  void onAnswered(long nowNs) {
    tries = BURST_NS.length + 1;
    nextNs = Math.max(nextNs, nowNs + PathTimings.PROBE_INTERVAL_NS);
  }
}
