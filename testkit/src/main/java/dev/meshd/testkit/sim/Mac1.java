package dev.meshd.testkit.sim;

import dev.meshd.crypto.Blake2s;
import dev.meshd.crypto.NodeKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first MAC of a handshake message, as an attacker computes it: keyed by the receiver's public
 * key alone. Stateless.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 5.4.4</a>
 */
final class Mac1 {

  static final int LENGTH = 16;

  private static final byte[] LABEL = "mac1----".getBytes(StandardCharsets.US_ASCII);

  private Mac1() {}

  /** Writes it where it belongs: before the second MAC, which ends the message. */
  static void write(byte[] message, NodeKey receiver) {
    int offset = message.length - 2 * LENGTH;
    byte[] key = Blake2s.hash(LABEL, receiver.bytes());
    byte[] mac = Blake2s.mac(key, LENGTH, Arrays.copyOf(message, offset));
    System.arraycopy(mac, 0, message, offset, LENGTH);
  }
}
