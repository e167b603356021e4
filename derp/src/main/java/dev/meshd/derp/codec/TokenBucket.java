package dev.meshd.derp.codec;

import java.util.concurrent.TimeUnit;

/**
 * A rate with a burst. Starts full, refills continuously, and refuses what it cannot pay for at
 * once.
 *
 * <p>Owned by the thread of its connection.
 */
public final class TokenBucket {

  private static final double NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final double tokensPerNs;
  private final double burst;
  private double tokens;
  private long filledAtNs;

  /** A full bucket that gains {@code perSecond} tokens a second and holds {@code burst}. */
  public TokenBucket(double perSecond, double burst, long nowNs) {
    this.tokensPerNs = perSecond / NS_PER_SECOND;
    this.burst = burst;
    this.tokens = burst;
    this.filledAtNs = nowNs;
  }

  /** Takes {@code amount} tokens, or none if there are fewer. */
  public boolean tryTake(double amount, long nowNs) {
    long elapsedNs = nowNs - filledAtNs;
    if (elapsedNs > 0) {
      tokens = Math.min(burst, tokens + elapsedNs * tokensPerNs);
      filledAtNs = nowNs;
    }
    if (tokens < amount) {
      return false;
    }
    tokens -= amount;
    return true;
  }

  /**
   * Takes {@code amount} tokens whether they are there or not.
   *
   * @return nanoseconds until the debt is paid off; 0 when there is none
   */
  public long takeOnCredit(double amount, long nowNs) {
    tryTake(0, nowNs);
    tokens -= amount;
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / tokensPerNs);
  }
}
