package dev.meshd.wireguard.noise;

import static dev.meshd.wireguard.noise.HandshakeLayout.MAC_LENGTH;

import dev.meshd.crypto.Blake2s;
import dev.meshd.crypto.NodeKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The authenticators at the end of an initiation or a response. {@code mac1} is keyed with the
 * receiver's public key, so that only somebody who knows whom he is talking to gets as far as the
 * expensive part; {@code mac2} is keyed with a cookie that a loaded receiver has handed out, and is
 * zero as long as we hold none.
 *
 * <pre>
 * mac1 = MAC(HASH("mac1----" || receiver public key), message up to mac1)
 * mac2 = MAC(cookie, message up to mac2, thus including mac1)
 * </pre>
 *
 * <p>One per receiver of messages (ourselves or a peer). Immutable; comparisons take constant time.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 5.4.4</a>
 */
public final class MessageMacs {
  private static final byte[] LABEL = "mac1----".getBytes(StandardCharsets.US_ASCII);

  private final byte[] mac1Key;

  private MessageMacs(byte[] mac1Key) {
    this.mac1Key = mac1Key;
  }

  /** For messages whose receiver has this public key. */
  public static MessageMacs forReceiver(NodeKey receiver) {
    return new MessageMacs(Blake2s.hash(LABEL, receiver.bytes()));
  }

  /** Writes both MACs into a message of valid length and notes {@code mac1} in the jar. */
  public void stamp(byte[] message, CookieJar cookies, long nowNs) {
    int mac1Offset = HandshakeLayout.mac1Offset(message);
    byte[] mac1 = mac1(message);
    System.arraycopy(mac1, 0, message, mac1Offset, MAC_LENGTH);
    cookies.noteSent(mac1);
    cookies
        .mac2(Arrays.copyOf(message, HandshakeLayout.mac2Offset(message)), nowNs)
        .ifPresent(
            mac2 ->
                System.arraycopy(
                    mac2, 0, message, HandshakeLayout.mac2Offset(message), MAC_LENGTH));
  }

  /** Whether {@code mac1} of a message of valid length is right. */
  public boolean verifiesMac1(byte[] message) {
    int mac1Offset = HandshakeLayout.mac1Offset(message);
    byte[] found = Arrays.copyOfRange(message, mac1Offset, mac1Offset + MAC_LENGTH);
    return MessageDigest.isEqual(mac1(message), found);
  }

  private byte[] mac1(byte[] message) {
    return Blake2s.mac(
        mac1Key, MAC_LENGTH, Arrays.copyOf(message, HandshakeLayout.mac1Offset(message)));
  }
}
