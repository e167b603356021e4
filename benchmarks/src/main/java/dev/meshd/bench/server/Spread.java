package dev.meshd.bench.server;

import dev.meshd.control.model.Node;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One change on its way to those it concerns: when each of them had folded it into its map.
 * Thread-safe.
 */
final class Spread {
  private final Predicate<Optional<Node>> seen;
  private final long[] delaysNs;
  private final BitSet missing;
  private final CountDownLatch left;

  // Set once, before the change is made.
  private volatile long startNs;

  /**
   * @param seen whether the peer that changes is as it should be afterwards; empty for a peer that
   *     is gone
   * @param viewers whom it concerns, by their number in the fleet
   */
  Spread(Predicate<Optional<Node>> seen, BitSet viewers) {
    this.seen = seen;
    this.missing = (BitSet) viewers.clone();
    this.delaysNs = new long[viewers.length()];
    this.left = new CountDownLatch(viewers.cardinality());
    Arrays.fill(delaysNs, -1);
  }

  void begin() {
    startNs = System.nanoTime();
  }

  /** A viewer's map now shows the peer so; empty when it is gone. */
  void onPeer(int viewer, Optional<Node> now, long nowNs) {
    if (seen.test(now)) {
      synchronized (this) {
        if (missing.get(viewer)) {
          missing.clear(viewer);
          delaysNs[viewer] = nowNs - startNs;
          left.countDown();
        }
      }
    }
  }

  /** Waits until everybody has it; false when the time is up first. */
  boolean await(Duration limit) throws InterruptedException {
    return left.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How many have not seen it. */
  long missing() {
    return left.getCount();
  }

  /** The delays of those who have seen it, in nanoseconds. */
  synchronized List<Long> delaysNs() {
    return Arrays.stream(delaysNs).filter(delay -> delay >= 0).boxed().toList();
  }
}
