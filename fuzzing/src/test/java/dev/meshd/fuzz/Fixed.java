package dev.meshd.fuzz;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.wireguard.WireGuardSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Keys, randomness and time that are the same in every run, so that every input replays. */
public final class Fixed {

  /** The wall clock stands still. */
  public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private Fixed() {}

  /** A fresh source that always gives the same bytes. */
  public static SecureRandomSource random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random::nextBytes;
  }

  public static NodePrivateKey nodeKey(int number) {
    return NodePrivateKey.of(secret(number));
  }

  public static DiscoPrivateKey discoKey(int number) {
    return DiscoPrivateKey.of(secret(0x40 + number));
  }

  public static MachinePrivateKey machineKey(int number) {
    return MachinePrivateKey.of(secret(0x80 + number));
  }

  /** A device's or node's settings: everything fixed, sessions of the JDK's own cipher. */
  public static WireGuardSettings wireGuard(long seed) {
    return new WireGuardSettings(
        false, AeadEngine.JCA, random(seed), JitterSource.seeded(seed), InstantSource.fixed(NOW));
  }

  private static byte[] secret(int number) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) (number + 1));
    return secret;
  }
}
