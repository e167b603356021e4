package dev.meshd.wireguard.noise;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.WeakKeyException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A peer's static public key, with the secret it shares with ours computed once: the two static
 * keys meet in every handshake. Owned by the engine loop.
 *
 * <p>A peer can be given a low-order point as its key. No handshake with such a peer can succeed;
 * {@link #isWeak()} says so, and every handshake step answers with failure.
 */
public final class RemoteIdentity {
  private final NodeKey publicKey;
  private final byte[] publicBytes;
  private final byte @Nullable [] staticSecret;

  public RemoteIdentity(LocalIdentity local, NodeKey publicKey) {
    this.publicKey = publicKey;
    this.publicBytes = publicKey.bytes();
    this.staticSecret = agree(local, publicBytes);
  }

  public NodeKey publicKey() {
    return publicKey;
  }

  /** Whether the key is a low-order point, with which nothing can be agreed. */
  public boolean isWeak() {
    return staticSecret == null;
  }

  /** Clears the shared secret; the object is not used afterwards. */
  public void wipe() {
    if (staticSecret != null) {
      Arrays.fill(staticSecret, (byte) 0);
    }
  }

  /** The public key's bytes, not a copy; the caller does not write to them. */
  byte[] publicBytes() {
    return publicBytes;
  }

  /** A copy of the shared secret, which the handshake wipes once it is mixed in. */
  byte[] staticSecret() {
    if (staticSecret == null) {
      throw new IllegalStateException("no secret can be agreed with a low-order public key");
    }
    return staticSecret.clone();
  }

  private static byte @Nullable [] agree(LocalIdentity local, byte[] publicBytes) {
    try {
      return local.privateKey().agree(publicBytes);
    } catch (WeakKeyException weak) {
      return null;
    }
  }
}
