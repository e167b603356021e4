package dev.meshd.wireguard.noise;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import java.util.Optional;

/** The steps of a handshake with values that are otherwise drawn at random. */
public final class KnownEphemerals {
  private KnownEphemerals() {}

  public static InitiatorHandshake begin(
      LocalIdentity local, RemoteIdentity remote, int index, Tai64n timestamp, byte[] ephemeral) {
    return InitiatorHandshake.begin(
        local, remote, index, timestamp, NodePrivateKey.of(ephemeral.clone()));
  }

  public static Optional<ReceivedInitiation.Response> respond(
      ReceivedInitiation initiation, int index, PresharedKey psk, byte[] ephemeral) {
    return initiation.respond(index, psk, NodePrivateKey.of(ephemeral.clone()));
  }

  public static byte[] cookieReply(
      CookieIssuer issuer, byte[] message, byte[] nonce, byte[] cookie) {
    return issuer.seal(message, nonce, cookie);
  }
}
