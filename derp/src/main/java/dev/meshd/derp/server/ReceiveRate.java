package dev.meshd.derp.server;

import dev.meshd.derp.codec.DerpLimits;

/**
 * How much a relay reads from one client. A client that sends more is read later, so that TCP slows
 * it down; nothing of it is dropped. Source: tailscale derp/derpserver/derpserver.go (rate limit).
 *
 * @param bytesPerSecond 0 for no limit
 * @param burstBytes what may come at once; at least the largest frame
 */
public record ReceiveRate(long bytesPerSecond, long burstBytes) {

  /** No limit. */
  public static final ReceiveRate UNLIMITED = new ReceiveRate(0, 0);

  public ReceiveRate {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate is not negative");
    }
    burstBytes = Math.max(burstBytes, DerpLimits.KEY_LENGTH + DerpLimits.MAX_PACKET);
  }

  public boolean isLimited() {
    return bytesPerSecond > 0;
  }
}
