package dev.meshd.testkit.sim;

import java.util.Arrays;

/** What a bad line or an attacker does to the bytes of a datagram. Stateless. */
final class Damage {

  private Damage() {}

  /** Flips one to three bits, in place. */
  static void flipBits(byte[] datagram, SimRandom random) {
    if (datagram.length == 0) {
      return;
    }
    int count = 1 + random.below(3);
    for (int i = 0; i < count; i++) {
      datagram[random.below(datagram.length)] ^= (byte) (1 << random.below(Byte.SIZE));
    }
  }

  /** Keeps the beginning only. */
  static byte[] truncated(byte[] datagram, SimRandom random) {
    return Arrays.copyOf(datagram, random.below(datagram.length + 1));
  }
}
