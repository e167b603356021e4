package dev.meshd.wireguard;

import static dev.meshd.wireguard.WireGuardConstants.UNDER_LOAD_HOLD_NS;
import static dev.meshd.wireguard.WireGuardConstants.UNDER_LOAD_WAITING;

/**
 * Whether handshake messages arrive faster than they can be worked off, judged by how many are
 * waiting: a quantity that no single sender is charged with and that a quick machine reaches later
 * than a slow one. The judgement stands for a second after the last sample that led to it. Owned by
 * the engine loop.
 *
 * <p>Source: wireguard-go: device/device.go (IsUnderLoad).
 */
final class HandshakeLoad {
  private boolean everLoaded;
  private long loadedUntilNs;

  /** Takes a sample: so many messages are waiting now. */
  void onWaiting(int messages, long nowNs) {
    if (messages >= UNDER_LOAD_WAITING) {
      everLoaded = true;
      loadedUntilNs = nowNs + UNDER_LOAD_HOLD_NS;
    }
  }

  boolean isUnderLoad(long nowNs) {
    return everLoaded && nowNs - loadedUntilNs < 0;
  }
}
