package dev.meshd.magicsock.path;

import dev.meshd.magicsock.Deadline;

/**
 * Decides when a peer is asked to call us: at once when a conversation begins, again after one and
 * two seconds in case the peer was still connecting to its relay, then every five seconds for as
 * long as there is no direct path. New addresses of our own are told at once, even over a direct
 * path: it may be direct in our direction alone.
 *
 * <p>Receiving a call-me-maybe never triggers one, or two nodes would ask each other for ever.
 *
 * <p>Owned by the engine loop.
 */
final class CallMeMaybePacer {

  private static final long[] SPACING_NS = {1_000_000_000L, 2_000_000_000L, 5_000_000_000L};

  /** Bursts of news about our own addresses are told in one message. */
  private static final long NEWS_SPACING_NS = 100_000_000L;

  private static final long LONG_AGO = Long.MIN_VALUE / 2;

  private long lastNs = LONG_AGO;
  private long nextNs = LONG_AGO;
  private int sent;
  private boolean untold;

  /** A conversation begins: the next call is due at once. */
  void restart() {
    sent = 0;
    nextNs = lastNs + NEWS_SPACING_NS;
  }

  /** Our own addresses, or the way to the peer's relay, changed. */
  void onNews() {
    untold = true;
    nextNs = Math.min(nextNs, lastNs + NEWS_SPACING_NS);
  }

  /** Whether the peer has not been told the latest news. */
  boolean hasNews() {
    return untold;
  }

  boolean isDue(long nowNs) {
    return Deadline.reached(nextNs, nowNs);
  }

  long dueNs() {
    return nextNs;
  }

  void onSent(long nowNs) {
    untold = false;
    lastNs = nowNs;
    nextNs = nowNs + SPACING_NS[Math.min(sent, SPACING_NS.length - 1)];
    sent++;
  }
}
