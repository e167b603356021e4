package dev.meshd.wireguard;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A token bucket per source; for handshakes, 20 messages a second, 5 at once. A source that has
 * been silent for a second, or for as long as its bucket takes to fill, is forgotten, at the next
 * message of anybody. A bounded number of sources is remembered; a new one is refused while there
 * is no room, so that many sources cost memory in bounds and the known ones go on.
 *
 * <p>Owned by the engine loop.
 *
 * <p>Source: wireguard-go: ratelimiter/ratelimiter.go (the figures); Linux: wireguard/ratelimiter.c
 * (the bound).
 *
 * @param <S> what names a source
 */
public final class SourceLimiter<S> {
  static final int MAX_SOURCES = 65_536;

  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int HANDSHAKES_PER_SECOND = 20;
  private static final int HANDSHAKE_BURST = 5;

  private final long costNs;
  private final long capacityNs;
  private final long forgetAfterNs;
  private final int maxSources;
  private final Map<S, Bucket> buckets = new HashMap<>();
  private long sweptNs;

  /** The limit for handshakes. */
  SourceLimiter() {
    this(HANDSHAKES_PER_SECOND, HANDSHAKE_BURST, MAX_SOURCES);
  }

  /**
   * Another limit.
   *
   * @param perSecond messages a second, for ever
   * @param burst messages at once
   * @param maxSources sources remembered
   */
  public SourceLimiter(int perSecond, int burst, int maxSources) {
    this.costNs = SECOND_NS / perSecond;
    this.capacityNs = burst * costNs;
    this.forgetAfterNs = Math.max(SECOND_NS, capacityNs);
    this.maxSources = maxSources;
  }

  /** Tokens are time: one message costs a certain span of it. */
  private static final class Bucket {
    long tokensNs;
    long lastNs;
  }

  /** Takes a message's tokens from its source; false if there are not enough of them. */
  public boolean allow(S source, long nowNs) {
    forgetSilent(nowNs);
    Bucket bucket = buckets.get(source);
    if (bucket == null) {
      return buckets.size() < maxSources && begin(source, nowNs);
    }
    bucket.tokensNs = Math.min(bucket.tokensNs + (nowNs - bucket.lastNs), capacityNs);
    bucket.lastNs = nowNs;
    if (bucket.tokensNs < costNs) {
      return false;
    }
    bucket.tokensNs -= costNs;
    return true;
  }

  /** How many sources are remembered. */
  int size() {
    return buckets.size();
  }

  private boolean begin(S source, long nowNs) {
    Bucket bucket = new Bucket();
    bucket.tokensNs = capacityNs - costNs;
    bucket.lastNs = nowNs;
    buckets.put(source, bucket);
    return true;
  }

  private void forgetSilent(long nowNs) {
    if (buckets.isEmpty()) {
      sweptNs = nowNs;
    } else if (nowNs - sweptNs >= forgetAfterNs) {
      sweptNs = nowNs;
      buckets.values().removeIf(bucket -> nowNs - bucket.lastNs > forgetAfterNs);
    }
  }
}
