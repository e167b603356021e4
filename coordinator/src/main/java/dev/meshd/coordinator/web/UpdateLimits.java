package dev.meshd.coordinator.web;

import dev.meshd.derp.codec.TokenBucket;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often a node may change what it tells about itself: each change goes to every other node, and
 * some to the database. A machine that roams, or whose NAT is restless, stays far below. Owned by
 * the coordinator loop.
 */
final class UpdateLimits {
  private static final double PER_SECOND = 2;
  private static final double BURST = 60;
  private static final int MAX_REMEMBERED = 16_384;

  private final Map<Long, TokenBucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, TokenBucket> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /** Whether {@code nodeId} may change something now; that counts as one change. */
  boolean admits(long nodeId, long nowNs) {
    return buckets
        .computeIfAbsent(nodeId, id -> new TokenBucket(PER_SECOND, BURST, nowNs))
        .tryTake(1, nowNs);
  }
}
