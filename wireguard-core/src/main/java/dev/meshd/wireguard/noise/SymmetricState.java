package dev.meshd.wireguard.noise;

import dev.meshd.crypto.Blake2s;
import dev.meshd.crypto.ChaCha20Poly1305;
import dev.meshd.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The two running values of a handshake: the chaining key, from which keys are drawn, and the hash
 * of everything both sides have seen, which every sealed field is bound to.
 *
 * <p>Sealed fields use counter 0 under a key that is used once. Owned by the handshake that created
 * it; {@link #wipe()} clears both values, and every key drawn in passing is cleared before the
 * method returns. What the garbage collector has copied and what the cipher keeps inside is out of
 * reach.
 *
 * @see <a href="https://noiseprotocol.org/noise.html">The Noise Protocol Framework, section 5.2</a>
 */
final class SymmetricState {
  private static final byte[] INITIAL_CHAINING_KEY =
      Blake2s.hash(ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"));
  private static final byte[] PROLOGUE = ascii("WireGuard v1 zx2c4 Jason@zx2c4.com");
  private static final byte[] NONCE_ZERO = new byte[12];
  static final byte[] EMPTY = new byte[0];

  private byte[] chainingKey;
  private byte[] hash;

  private SymmetricState(byte[] chainingKey, byte[] hash) {
    this.chainingKey = chainingKey;
    this.hash = hash;
  }

  /**
   * The state before the first token, already bound to the responder's static key (the pre-message
   * of IK).
   */
  static SymmetricState forResponder(byte[] responderStatic) {
    return forResponder(PROLOGUE, responderStatic);
  }

  /** The same under another prologue, which makes it another protocol. */
  static SymmetricState forResponder(byte[] prologue, byte[] responderStatic) {
    SymmetricState state =
        new SymmetricState(INITIAL_CHAINING_KEY.clone(), INITIAL_CHAINING_KEY.clone());
    state.mixHash(prologue);
    state.mixHash(responderStatic);
    return state;
  }

  /** An independent copy, so that a message that fails to verify leaves the original untouched. */
  SymmetricState copy() {
    return new SymmetricState(chainingKey.clone(), hash.clone());
  }

  void mixHash(byte[] data) {
    hash = Blake2s.hash(hash, data);
  }

  void mixKey(byte[] input) {
    replaceChainingKey(Hkdf.blake2s(chainingKey, input, 1)[0]);
  }

  /** Mixes an agreed secret in, wiping it, and seals {@code plain} under the key that comes out. */
  byte[] mixSecretAndSeal(byte[] secret, byte[] plain) {
    byte[] key = mixSecretForKey(secret);
    try {
      return seal(key, plain);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Mixes an agreed secret in, wiping it, and opens {@code sealed} under the key that comes out;
   * empty when forged.
   */
  Optional<byte[]> mixSecretAndOpen(byte[] secret, byte[] sealed) {
    byte[] key = mixSecretForKey(secret);
    try {
      return open(key, sealed);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Mixes an agreed secret into the chaining key alone and wipes it. */
  void mixSecret(byte[] secret) {
    mixKey(secret);
    Arrays.fill(secret, (byte) 0);
  }

  /** The psk2 token and the payload after it, sealed; WireGuard's is empty. */
  byte[] mixPskAndSeal(byte[] psk, byte[] plain) {
    byte[] key = mixPskForKey(psk);
    try {
      return seal(key, plain);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** The psk2 token and the payload after it, opened; empty when forged. */
  Optional<byte[]> mixPskAndOpen(byte[] psk, byte[] sealed) {
    byte[] key = mixPskForKey(psk);
    try {
      return open(key, sealed);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * The two transport keys (first the one the initiator sends with), after which this state is
   * wiped.
   */
  byte[][] splitAndWipe() {
    byte[][] keys = Hkdf.blake2s(chainingKey, EMPTY, 2);
    wipe();
    return keys;
  }

  void wipe() {
    Arrays.fill(chainingKey, (byte) 0);
    Arrays.fill(hash, (byte) 0);
  }

  byte[] hash() {
    return hash.clone();
  }

  private byte[] mixSecretForKey(byte[] secret) {
    byte[][] derived = Hkdf.blake2s(chainingKey, secret, 2);
    Arrays.fill(secret, (byte) 0);
    replaceChainingKey(derived[0]);
    return derived[1];
  }

  private byte[] mixPskForKey(byte[] psk) {
    byte[][] derived = Hkdf.blake2s(chainingKey, psk, 3);
    replaceChainingKey(derived[0]);
    mixHash(derived[1]);
    Arrays.fill(derived[1], (byte) 0);
    return derived[2];
  }

  private byte[] seal(byte[] key, byte[] plain) {
    byte[] sealed = ChaCha20Poly1305.seal(key, NONCE_ZERO, hash, plain);
    mixHash(sealed);
    return sealed;
  }

  private Optional<byte[]> open(byte[] key, byte[] sealed) {
    Optional<byte[]> plain = ChaCha20Poly1305.open(key, NONCE_ZERO, hash, sealed);
    mixHash(sealed);
    return plain;
  }

  private void replaceChainingKey(byte[] next) {
    Arrays.fill(chainingKey, (byte) 0);
    chainingKey = next;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
