package dev.meshd.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.util.Pack;

/**
 * NaCl {@code crypto_box}: X25519, HSalsa20, XSalsa20 and Poly1305, as path discovery and relay
 * logins use it.
 *
 * <p>The agreement is done once per pair of keys and gives a {@link SharedKey}, which seals and
 * opens in both directions; only the nonce separates messages, so it must be random. Stateless,
 * thread-safe.
 */
public final class NaclBox {
  /** Length of a nonce in bytes. */
  public static final int NONCE_LENGTH = 24;

  /** Length in bytes of the authentication tag, which stands before the ciphertext. */
  public static final int TAG_LENGTH = 16;

  private NaclBox() {}

  /**
   * Precomputes {@code HSalsa20(X25519(privateKey, publicKey), 0)}.
   *
   * @throws WeakKeyException if the public key is of small order, the all-zero key included
   */
  public static SharedKey precompute(byte[] privateKey, byte[] publicKey) {
    return precompute(KeyAgreement.X25519, privateKey, publicKey);
  }

  static SharedKey precompute(KeyAgreement agreement, byte[] privateKey, byte[] publicKey) {
    byte[] agreed = agreement.agree(privateKey, publicKey);
    try {
      return new SharedKey(SecretBytes.taking(hsalsa20(agreed)));
    } finally {
      Arrays.fill(agreed, (byte) 0);
    }
  }

  /**
   * HSalsa20 with a zero input block: the Salsa20 core without its final addition, words 0, 5, 10,
   * 15, 6-9.
   */
  private static byte[] hsalsa20(byte[] key) {
    int[] in = new int[16];
    in[0] = 0x61707865;
    in[5] = 0x3320646e;
    in[10] = 0x79622d32;
    in[15] = 0x6b206574;
    Pack.littleEndianToInt(key, 0, in, 1, 4);
    Pack.littleEndianToInt(key, 16, in, 11, 4);
    int[] out = new int[16];
    Salsa20Engine.salsaCore(20, in, out);
    byte[] derived = new byte[KeyText.KEY_LENGTH];
    int[] words = {0, 5, 10, 15, 6, 7, 8, 9};
    for (int i = 0; i < words.length; i++) {
      Pack.intToLittleEndian(out[words[i]] - in[words[i]], derived, 4 * i);
    }
    Arrays.fill(in, 0);
    Arrays.fill(out, 0);
    return derived;
  }

  /** The precomputed key of one pair of peers. Thread-safe. */
  public static final class SharedKey implements AutoCloseable {
    private final SecretBytes secret;

    private SharedKey(SecretBytes secret) {
      this.secret = secret;
    }

    /** Returns the tag (16 bytes) followed by the ciphertext. */
    public byte[] seal(byte[] nonce24, byte[] plain) {
      byte[] sealed = new byte[TAG_LENGTH + plain.length];
      var cipher = new KeyedCipher(secret, nonce24);
      cipher.stream.processBytes(plain, 0, plain.length, sealed, TAG_LENGTH);
      System.arraycopy(cipher.tag(sealed), 0, sealed, 0, TAG_LENGTH);
      return sealed;
    }

    /**
     * Returns the plaintext; empty when the input is too short, was changed, or belongs to another
     * key or nonce.
     */
    public Optional<byte[]> open(byte[] nonce24, byte[] tagAndCiphertext) {
      if (tagAndCiphertext.length < TAG_LENGTH) {
        return Optional.empty();
      }
      var cipher = new KeyedCipher(secret, nonce24);
      byte[] claimed = Arrays.copyOf(tagAndCiphertext, TAG_LENGTH);
      if (!MessageDigest.isEqual(claimed, cipher.tag(tagAndCiphertext))) {
        return Optional.empty();
      }
      byte[] plain = new byte[tagAndCiphertext.length - TAG_LENGTH];
      cipher.stream.processBytes(tagAndCiphertext, TAG_LENGTH, plain.length, plain, 0);
      return Optional.of(plain);
    }

    /** Returns a copy of the key; the caller wipes it. */
    byte[] bytes() {
      return secret.bytes();
    }

    /** Wipes the key. Every later use throws {@link IllegalStateException}. */
    @Override
    public void close() {
      secret.close();
    }

    @Override
    public String toString() {
      return secret.toString();
    }
  }

  /** XSalsa20 past its first 32 bytes, which became the one-time key of Poly1305. */
  private static final class KeyedCipher {
    private final XSalsa20Engine stream = new XSalsa20Engine();
    private final Poly1305 poly1305 = new Poly1305();

    KeyedCipher(SecretBytes secret, byte[] nonce24) {
      if (nonce24.length != NONCE_LENGTH) {
        throw new IllegalArgumentException("a box nonce is 24 bytes, not " + nonce24.length);
      }
      byte[] key = secret.bytes();
      byte[] oneTimeKey = new byte[KeyText.KEY_LENGTH];
      try {
        stream.init(true, new ParametersWithIV(new KeyParameter(key), nonce24));
        stream.processBytes(oneTimeKey, 0, oneTimeKey.length, oneTimeKey, 0);
        poly1305.init(new KeyParameter(oneTimeKey));
      } finally {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(oneTimeKey, (byte) 0);
      }
    }

    /** Computes the tag of the ciphertext that follows the first 16 bytes. */
    byte[] tag(byte[] tagAndCiphertext) {
      poly1305.update(tagAndCiphertext, TAG_LENGTH, tagAndCiphertext.length - TAG_LENGTH);
      byte[] tag = new byte[TAG_LENGTH];
      poly1305.doFinal(tag, 0);
      return tag;
    }
  }
}
