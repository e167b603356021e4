package dev.meshd.wireguard.noise;

import static dev.meshd.wireguard.noise.HandshakeLayout.*;

import dev.meshd.crypto.Blake2s;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.XChaCha20Poly1305;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The cookie a loaded peer has given us, which goes into {@code mac2} of the handshake messages we
 * send it for the next 120 s.
 *
 * <p>A cookie reply is bound to {@code mac1} of the last message we sent, so it is only looked at
 * when there was one, and only once. It is no authenticated packet: it moves no endpoint and
 * touches no timer; the ordinary retransmission carries the cookie. One per peer, owned by the
 * engine loop.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 5.4.7</a>
 */
public final class CookieJar {
  private static final byte[] LABEL = "cookie--".getBytes(StandardCharsets.US_ASCII);
  private static final long COOKIE_LIFETIME_NS = TimeUnit.SECONDS.toNanos(120);

  private final byte[] cookieKey;
  private byte @Nullable [] lastMac1;
  private byte @Nullable [] cookie;
  private long cookieReceivedNs;

  /** For the cookies of the peer with this public key. */
  public CookieJar(NodeKey replier) {
    this.cookieKey = Blake2s.hash(LABEL, replier.bytes());
  }

  /**
   * Takes the cookie out of a reply.
   *
   * @param reply of exact length
   * @return false when we have sent nothing it could answer, or it does not verify; the jar is as
   *     before then
   */
  public boolean consume(byte[] reply, long nowNs) {
    if (lastMac1 == null) {
      return false;
    }
    byte[] nonce = Arrays.copyOfRange(reply, COOKIE_NONCE_OFFSET, COOKIE_SEALED_OFFSET);
    byte[] sealed =
        Arrays.copyOfRange(
            reply, COOKIE_SEALED_OFFSET, COOKIE_SEALED_OFFSET + COOKIE_LENGTH + TAG_LENGTH);
    Optional<byte[]> opened = XChaCha20Poly1305.open(cookieKey, nonce, lastMac1, sealed);
    if (opened.isEmpty()) {
      return false;
    }
    cookie = opened.get();
    cookieReceivedNs = nowNs;
    lastMac1 = null;
    return true;
  }

  void noteSent(byte[] mac1) {
    lastMac1 = mac1;
  }

  Optional<byte[]> mac2(byte[] upToMac2, long nowNs) {
    if (cookie == null || nowNs - cookieReceivedNs >= COOKIE_LIFETIME_NS) {
      return Optional.empty();
    }
    return Optional.of(Blake2s.mac(cookie, MAC_LENGTH, upToMac2));
  }
}
