package dev.meshd.magicsock.disco;

import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NaclBox;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.WeakKeyException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Seals and opens disco datagrams with this node's disco key.
 *
 * <p>The X25519 agreement with each peer is computed once and kept, so only peers that the caller
 * knows may be passed in: the table is bounded by the netmap, and {@link #forget} removes an entry
 * with its peer. A stranger's datagram must be refused by its {@link DiscoEnvelope#sender} before
 * it comes here, which costs no cryptography.
 *
 * <p>Owned by the engine loop.
 */
public final class DiscoBox {

  private final DiscoPrivateKey own;
  private final SecureRandomSource random;
  private final Map<DiscoKey, NaclBox.SharedKey> shared = new HashMap<>();

  /** The caller keeps {@code own} open for as long as this is used. */
  public DiscoBox(DiscoPrivateKey own, SecureRandomSource random) {
    this.own = own;
    this.random = random;
  }

  /** The key peers know this node by. */
  public DiscoKey publicKey() {
    return own.publicKey();
  }

  /** A datagram for {@code to}; empty when that key is one nobody can agree with. */
  public Optional<byte[]> seal(DiscoKey to, DiscoMessage message) {
    byte[] nonce = new byte[DiscoEnvelope.NONCE_LENGTH];
    random.fill(nonce);
    return seal(to, DiscoCodec.encode(message), nonce);
  }

  Optional<byte[]> seal(DiscoKey to, byte[] plain, byte[] nonce) {
    return sharedWith(to)
        .map(
            key -> {
              byte[] box = key.seal(nonce, plain);
              byte[] datagram = new byte[DiscoEnvelope.BOX_OFFSET + box.length];
              DiscoEnvelope.writeHeader(datagram, own.publicKey(), nonce);
              System.arraycopy(box, 0, datagram, DiscoEnvelope.BOX_OFFSET, box.length);
              return datagram;
            });
  }

  /**
   * Opens a datagram from {@code sender}, who is a known peer and the datagram's claimed sender.
   * Empty when it does not open (a stale key, damage, forgery) or says nothing readable.
   */
  public Optional<DiscoMessage> open(DiscoKey sender, byte[] datagram) {
    if (datagram.length < DiscoEnvelope.BOX_OFFSET + DiscoEnvelope.TAG_LENGTH) {
      return Optional.empty();
    }
    byte[] nonce =
        Arrays.copyOfRange(datagram, DiscoEnvelope.NONCE_OFFSET, DiscoEnvelope.BOX_OFFSET);
    byte[] box = Arrays.copyOfRange(datagram, DiscoEnvelope.BOX_OFFSET, datagram.length);
    return sharedWith(sender).flatMap(key -> key.open(nonce, box)).flatMap(DiscoCodec::decode);
  }

  /** Drops what was computed for a peer that is gone or has a new key. */
  public void forget(DiscoKey peer) {
    NaclBox.SharedKey known = shared.remove(peer);
    if (known != null) {
      known.close();
    }
  }

  /** For how many peers a key is kept. */
  public int size() {
    return shared.size();
  }

  private Optional<NaclBox.SharedKey> sharedWith(DiscoKey peer) {
    NaclBox.SharedKey known = shared.get(peer);
    if (known != null) {
      return Optional.of(known);
    }
    if (peer.isZero()) {
      return Optional.empty();
    }
    try {
      NaclBox.SharedKey fresh = own.box(peer);
      shared.put(peer, fresh);
      return Optional.of(fresh);
    } catch (WeakKeyException e) {
      return Optional.empty();
    }
  }
}
