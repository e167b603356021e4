package dev.meshd.wireguard;

import dev.meshd.crypto.JitterSource;

/**
 * Draws what is added to handshake timers so that two ends that began together do not go on
 * retrying together.
 */
final class TimerJitter {
  private final JitterSource source;

  TimerJitter(JitterSource source) {
    this.source = source;
  }

  long nextNs() {
    return source.below(WireGuardConstants.JITTER_BOUND_NS);
  }
}
