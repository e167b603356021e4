package dev.meshd.control.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.meshd.crypto.Blake2s;
import dev.meshd.crypto.ChaCha20Poly1305;
import dev.meshd.crypto.Hkdf;
import dev.meshd.crypto.MachineKey;
import java.util.Arrays;

/**
 * The hash {@code h} and the chaining key {@code ck} of a handshake (Noise revision 34, section
 * 5.2), with the two particulars of this protocol: the prologue binds the version, and each key
 * seals one message only, so the nonce is always zero. Owned by its handshake.
 */
final class SymmetricState {
  private static final byte[] PROTOCOL = "Noise_IK_25519_ChaChaPoly_BLAKE2s".getBytes(US_ASCII);
  private static final String PROLOGUE = "Tailscale Control Protocol v";
  private static final byte[] ZERO_NONCE = new byte[ChaCha20Poly1305.NONCE_LENGTH];
  private static final byte[] EMPTY = {};

  private byte[] hash;
  private byte[] chainingKey;

  /** The state after the pre-message: name, prologue, and the responder's static key. */
  SymmetricState(int version, MachineKey responder) {
    hash = Blake2s.hash(PROTOCOL);
    chainingKey = hash;
    mixHash((PROLOGUE + version).getBytes(US_ASCII));
    mixHash(responder.bytes());
  }

  void mixHash(byte[] data) {
    hash = Blake2s.hash(hash, data);
  }

  /** Mixes a shared secret in and returns the key for the next seal or open; wipes the secret. */
  byte[] mixKey(byte[] sharedSecret) {
    byte[][] derived = Hkdf.blake2s(chainingKey, sharedSecret, 2);
    Arrays.fill(sharedSecret, (byte) 0);
    chainingKey = derived[0];
    return derived[1];
  }

  /** Seals under a key that is used for nothing else; wipes the key. */
  byte[] sealAndHash(byte[] key, byte[] plain) {
    byte[] sealed = ChaCha20Poly1305.seal(key, ZERO_NONCE, hash, plain);
    Arrays.fill(key, (byte) 0);
    mixHash(sealed);
    return sealed;
  }

  /** Opens under a key that is used for nothing else; wipes the key. */
  byte[] openAndHash(byte[] key, byte[] sealed) throws NoiseException {
    byte[] plain =
        ChaCha20Poly1305.open(key, ZERO_NONCE, hash, sealed)
            .orElseThrow(() -> new NoiseException("the Noise handshake does not authenticate"));
    Arrays.fill(key, (byte) 0);
    mixHash(sealed);
    return plain;
  }

  /** The keys of the two directions, initiator's first; the state is spent. */
  byte[][] split() {
    byte[][] keys = Hkdf.blake2s(chainingKey, EMPTY, 2);
    Arrays.fill(chainingKey, (byte) 0);
    return keys;
  }

  /** A copy of the running hash: after the last message, the name of the session. */
  byte[] hash() {
    return hash.clone();
  }
}
