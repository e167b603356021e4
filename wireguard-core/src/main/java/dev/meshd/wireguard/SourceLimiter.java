package dev.meshd.wireguard;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A token bucket per source: 20 messages a second, 5 at once. A source that has been silent for a
 * second is forgotten, at the next message of anybody. At most {@value #MAX_SOURCES} are
 * remembered; a new one is refused while there is no room, so that many sources cost memory in
 * bounds and the known ones go on.
 *
 * <p>Owned by the engine loop.
 *
 * <p>Source: wireguard-go: ratelimiter/ratelimiter.go (the figures); Linux: wireguard/ratelimiter.c
 * (the bound).
 *
 * @param <S> what names a source
 */
final class SourceLimiter<S> {
  static final int MAX_SOURCES = 65_536;

  private static final long COST_NS = TimeUnit.SECONDS.toNanos(1) / 20;
  private static final long CAPACITY_NS = 5 * COST_NS;
  private static final long FORGET_AFTER_NS = TimeUnit.SECONDS.toNanos(1);

  private final Map<S, Bucket> buckets = new HashMap<>();
  private long sweptNs;

  /** Tokens are time: one message costs 50 ms of it. */
  private static final class Bucket {
    long tokensNs;
    long lastNs;
  }

  /** Takes a message's tokens from its source; false if there are not enough of them. */
  boolean allow(S source, long nowNs) {
    forgetSilent(nowNs);
    Bucket bucket = buckets.get(source);
    if (bucket == null) {
      return buckets.size() < MAX_SOURCES && begin(source, nowNs);
    }
    bucket.tokensNs = Math.min(bucket.tokensNs + (nowNs - bucket.lastNs), CAPACITY_NS);
    bucket.lastNs = nowNs;
    if (bucket.tokensNs < COST_NS) {
      return false;
    }
    bucket.tokensNs -= COST_NS;
    return true;
  }

  /** How many sources are remembered. */
  int size() {
    return buckets.size();
  }

  private boolean begin(S source, long nowNs) {
    Bucket bucket = new Bucket();
    bucket.tokensNs = CAPACITY_NS - COST_NS;
    bucket.lastNs = nowNs;
    buckets.put(source, bucket);
    return true;
  }

  private void forgetSilent(long nowNs) {
    if (buckets.isEmpty()) {
      sweptNs = nowNs;
    } else if (nowNs - sweptNs >= FORGET_AFTER_NS) {
      sweptNs = nowNs;
      buckets.values().removeIf(bucket -> nowNs - bucket.lastNs > FORGET_AFTER_NS);
    }
  }
}
