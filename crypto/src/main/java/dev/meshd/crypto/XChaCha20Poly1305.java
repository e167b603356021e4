package dev.meshd.crypto;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.util.Pack;

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): a 24-byte nonce, long enough to be random, makes
 * a subkey through HChaCha20. WireGuard seals its cookies with it. Stateless, thread-safe.
 */
public final class XChaCha20Poly1305 {
  /** Length of a nonce in bytes. */
  public static final int NONCE_LENGTH = 24;

  private static final int HCHACHA_INPUT_LENGTH = 16;
  private static final int INNER_NONCE_OFFSET = 4;

  private XChaCha20Poly1305() {}

  /** Returns ciphertext and tag. */
  public static byte[] seal(byte[] key, byte[] nonce24, byte[] associatedData, byte[] plain) {
    byte[] subkey = hchacha20(key, nonce24);
    try {
      return ChaCha20Poly1305.seal(subkey, innerNonce(nonce24), associatedData, plain);
    } finally {
      Arrays.fill(subkey, (byte) 0);
    }
  }

  /**
   * Returns the plaintext; empty when the input is shorter than a tag or anything in it was
   * changed.
   */
  public static Optional<byte[]> open(
      byte[] key, byte[] nonce24, byte[] associatedData, byte[] ciphertextAndTag) {
    byte[] subkey = hchacha20(key, nonce24);
    try {
      return ChaCha20Poly1305.open(subkey, innerNonce(nonce24), associatedData, ciphertextAndTag);
    } finally {
      Arrays.fill(subkey, (byte) 0);
    }
  }

  /** HChaCha20: the ChaCha20 core without its final addition, words 0-3 and 12-15. */
  static byte[] hchacha20(byte[] key, byte[] nonce24) {
    KeyText.checkLength(key.length);
    if (nonce24.length != NONCE_LENGTH) {
      throw new IllegalArgumentException("an XChaCha20 nonce is 24 bytes, not " + nonce24.length);
    }
    int[] in = new int[16];
    in[0] = 0x61707865;
    in[1] = 0x3320646e;
    in[2] = 0x79622d32;
    in[3] = 0x6b206574;
    Pack.littleEndianToInt(key, 0, in, 4, 8);
    Pack.littleEndianToInt(nonce24, 0, in, 12, 4);
    int[] out = new int[16];
    ChaChaEngine.chachaCore(20, in, out);
    byte[] subkey = new byte[KeyText.KEY_LENGTH];
    for (int i = 0; i < 4; i++) {
      Pack.intToLittleEndian(out[i] - in[i], subkey, 4 * i);
      Pack.intToLittleEndian(out[12 + i] - in[12 + i], subkey, 16 + 4 * i);
    }
    Arrays.fill(in, 0);
    Arrays.fill(out, 0);
    return subkey;
  }

  private static byte[] innerNonce(byte[] nonce24) {
    byte[] nonce12 = new byte[ChaCha20Poly1305.NONCE_LENGTH];
    System.arraycopy(
        nonce24,
        HCHACHA_INPUT_LENGTH,
        nonce12,
        INNER_NONCE_OFFSET,
        nonce12.length - INNER_NONCE_OFFSET);
    return nonce12;
  }
}
