package dev.meshd.wireguard;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.SecureRandomSource;
import java.time.InstantSource;

/**
 * What a device is built with. Immutable.
 *
 * @param roaming whether a peer's path follows the source of its authenticated packets, as plain
 *     WireGuard does; off where something else chooses paths
 * @param ciphers who seals and opens packets
 * @param random for keys and indices
 * @param jitter for timers
 * @param wallClock for showing when a handshake was, and for nothing that measures time
 * @param timestamps for the timestamps in initiations: may run ahead of the wall clock where an
 *     earlier process may have used later ones under the same key
 */
public record WireGuardSettings(
    boolean roaming,
    AeadEngine ciphers,
    SecureRandomSource random,
    JitterSource jitter,
    InstantSource wallClock,
    InstantSource timestamps) {

  /** Takes timestamps from the wall clock. */
  public WireGuardSettings(
      boolean roaming,
      AeadEngine ciphers,
      SecureRandomSource random,
      JitterSource jitter,
      InstantSource wallClock) {
    this(roaming, ciphers, random, jitter, wallClock, wallClock);
  }

  /** With the system's randomness and clock, and the fastest ciphers of this machine. */
  public static WireGuardSettings system(boolean roaming) {
    return new WireGuardSettings(
        roaming,
        AeadEngine.select(),
        SecureRandomSource.system(),
        JitterSource.system(),
        InstantSource.system());
  }

  /** The same with other ciphers. */
  public WireGuardSettings withCiphers(AeadEngine ciphers) {
    return new WireGuardSettings(roaming, ciphers, random, jitter, wallClock, timestamps);
  }

  /** The same with another source of timestamps. */
  public WireGuardSettings withTimestamps(InstantSource timestamps) {
    return new WireGuardSettings(roaming, ciphers, random, jitter, wallClock, timestamps);
  }
}
