package dev.meshd.wireguard.noise;

import static dev.meshd.wireguard.noise.HandshakeLayout.*;

import dev.meshd.crypto.Blake2s;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.XChaCha20Poly1305;
import dev.meshd.packet.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The cookies a loaded receiver hands out, and the check of {@code mac2} against them. A cookie is
 * a MAC of the sender's address and port under a secret that is renewed every 120 s, so nothing is
 * remembered per sender: whoever shows it again receives at that address.
 *
 * <pre>
 * cookie       = MAC(secret, address (4 or 16) || port (2, big-endian))
 * cookie reply = 3 (4) || receiver index (4) || nonce (24) || XAEAD(cookie key, nonce, cookie, mac1)
 * cookie key   = HASH("cookie--" || our public key)
 * mac2         = MAC(cookie, message up to mac2)
 * </pre>
 *
 * <p>A reply is bound to {@code mac1} of the message it answers, so that only somebody who has seen
 * that message can make one. It is 64 bytes for 92 or 148, so it amplifies nothing.
 *
 * <p>One per identity of ours, owned by the engine loop; {@link #close} wipes the secret.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 5.4.7</a>
 */
public final class CookieIssuer implements AutoCloseable {
  /** How long a secret is used, and so the longest that a cookie is good for. */
  static final long SECRET_LIFETIME_NS = TimeUnit.SECONDS.toNanos(120);

  private static final byte[] LABEL = "cookie--".getBytes(StandardCharsets.US_ASCII);
  private static final int SECRET_LENGTH = 32;

  private final byte[] cookieKey;
  private final SecureRandomSource random;
  private final byte[] secret = new byte[SECRET_LENGTH];
  private boolean hasSecret;
  private long secretSinceNs;

  /** For messages whose receiver has this public key. */
  public CookieIssuer(NodeKey receiver, SecureRandomSource random) {
    this.cookieKey = Blake2s.hash(LABEL, receiver.bytes());
    this.random = random;
  }

  /**
   * Whether {@code mac2} shows that the sender receives at its address. False when no secret is in
   * use, or the one in use is too old.
   *
   * @param message an initiation or response of valid length
   */
  public boolean verifiesMac2(byte[] message, Endpoint from, long nowNs) {
    if (!isSecretFresh(nowNs)) {
      return false;
    }
    int mac2Offset = mac2Offset(message);
    byte[] cookie = cookie(from);
    byte[] expected = Blake2s.mac(cookie, MAC_LENGTH, Arrays.copyOf(message, mac2Offset));
    byte[] found = Arrays.copyOfRange(message, mac2Offset, message.length);
    return MessageDigest.isEqual(expected, found);
  }

  /**
   * Makes the cookie reply to a message.
   *
   * @param message an initiation or response of valid length whose {@code mac1} has been verified
   */
  public byte[] reply(byte[] message, Endpoint from, long nowNs) {
    if (!isSecretFresh(nowNs)) {
      random.fill(secret);
      secretSinceNs = nowNs;
      hasSecret = true;
    }
    byte[] nonce = new byte[COOKIE_NONCE_LENGTH];
    random.fill(nonce);
    return seal(message, nonce, cookie(from));
  }

  byte[] seal(byte[] message, byte[] nonce, byte[] cookie) {
    byte[] mac1 = Arrays.copyOfRange(message, mac1Offset(message), mac2Offset(message));
    byte[] sealed = XChaCha20Poly1305.seal(cookieKey, nonce, mac1, cookie);
    byte[] reply = new byte[MessageType.COOKIE_REPLY.minimumLength()];
    writeInt(reply, TYPE_OFFSET, MessageType.COOKIE_REPLY.wireValue());
    writeInt(reply, COOKIE_RECEIVER_OFFSET, senderIndex(message));
    System.arraycopy(nonce, 0, reply, COOKIE_NONCE_OFFSET, COOKIE_NONCE_LENGTH);
    System.arraycopy(sealed, 0, reply, COOKIE_SEALED_OFFSET, sealed.length);
    return reply;
  }

  private byte[] cookie(Endpoint from) {
    byte[] port = {(byte) (from.port() >>> 8), (byte) from.port()};
    return Blake2s.mac(secret, COOKIE_LENGTH, from.address().bytes(), port);
  }

  private boolean isSecretFresh(long nowNs) {
    return hasSecret && nowNs - secretSinceNs < SECRET_LIFETIME_NS;
  }

  /** Wipes the secret; cookies handed out are void. */
  @Override
  public void close() {
    Arrays.fill(secret, (byte) 0);
    hasSecret = false;
  }
}
