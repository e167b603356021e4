package dev.meshd.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.wireguard.noise.CookieIssuer;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a handshake message whose {@code mac1} is right and the expensive part, the
 * key agreement. {@code mac1} shows no more than that the sender knows our public key.
 *
 * <p>From a UDP endpoint everything passes until we are {@linkplain HandshakeLoad under load}. Then
 * a message has to show by {@code mac2} that its sender receives at its address, or is answered
 * with a cookie reply; and one address (of IPv6: one /64) has only so many messages a second.
 *
 * <p>A relay has authenticated the sender by its key, and carries the answer to that key. A cookie
 * would prove nothing more and cost the sender a retransmission, so none is asked for; instead each
 * sending key has only so many messages a second, under load or not.
 *
 * <p>Owned by the engine loop.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 5.3</a>
 */
final class HandshakeGate implements AutoCloseable {
  private static final int V6_SITE_BITS = 64;

  private final SecureRandomSource random;
  private final HandshakeLoad load = new HandshakeLoad();
  private final SourceLimiter<IpAddress> addresses = new SourceLimiter<>();
  private final SourceLimiter<NodeKey> relayedKeys = new SourceLimiter<>();
  private CookieIssuer cookies;

  /**
   * @param own the public key that messages to us are made for
   */
  HandshakeGate(NodeKey own, SecureRandomSource random) {
    this.random = random;
    this.cookies = new CookieIssuer(own, random);
  }

  /** Cookies handed out for the old key are void. */
  void useIdentity(NodeKey own) {
    cookies.close();
    cookies = new CookieIssuer(own, random);
  }

  HandshakeLoad load() {
    return load;
  }

  /**
   * Judges a message that came by UDP.
   *
   * @param message an initiation or response of valid length with the right {@code mac1}
   * @param sendTo takes a cookie reply
   * @return why the message goes no further; null when it does
   */
  @Nullable DropReason admit(
      byte[] message, Endpoint from, long nowNs, BiConsumer<Endpoint, byte[]> sendTo) {
    if (!load.isUnderLoad(nowNs)) {
      return null;
    }
    if (!cookies.verifiesMac2(message, from, nowNs)) {
      sendTo.accept(from, cookies.reply(message, from, nowNs));
      return DropReason.COOKIE_DEMANDED;
    }
    return addresses.allow(site(from.address()), nowNs) ? null : DropReason.HANDSHAKE_RATE_LIMITED;
  }

  /** Judges a message that a relay brought from this key. */
  @Nullable DropReason admitRelayed(NodeKey sender, long nowNs) {
    return relayedKeys.allow(sender, nowNs) ? null : DropReason.HANDSHAKE_RATE_LIMITED;
  }

  private static IpAddress site(IpAddress address) {
    return address.isV4() ? address : address.masked(V6_SITE_BITS);
  }

  @Override
  public void close() {
    cookies.close();
  }
}
