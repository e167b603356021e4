package dev.meshd.crypto;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20-Poly1305 (RFC 8439) over arrays, for handshakes and other small messages; packets go
 * through {@link Aead}. The cipher is the JDK's. Stateless, thread-safe.
 */
public final class ChaCha20Poly1305 {
  /** Length of a key in bytes. */
  public static final int KEY_LENGTH = 32;

  /** Length of a nonce in bytes. */
  public static final int NONCE_LENGTH = 12;

  /** Length in bytes of the tag, which follows the ciphertext. */
  public static final int TAG_LENGTH = 16;

  private ChaCha20Poly1305() {}

  /** Returns ciphertext and tag. The pair of key and nonce must be used once only. */
  public static byte[] seal(byte[] key, byte[] nonce12, byte[] associatedData, byte[] plain) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, nonce12, associatedData).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses ChaCha20-Poly1305", e);
    }
  }

  /**
   * Returns the plaintext; empty when the input is shorter than a tag or anything in it was
   * changed.
   */
  public static Optional<byte[]> open(
      byte[] key, byte[] nonce12, byte[] associatedData, byte[] ciphertextAndTag) {
    checkKeyAndNonce(key, nonce12);
    if (ciphertextAndTag.length < TAG_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, key, nonce12, associatedData).doFinal(ciphertextAndTag));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses ChaCha20-Poly1305", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce12, byte[] associatedData)
      throws GeneralSecurityException {
    checkKeyAndNonce(key, nonce12);
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce12));
    cipher.updateAAD(associatedData);
    return cipher;
  }

  private static void checkKeyAndNonce(byte[] key, byte[] nonce12) {
    KeyText.checkLength(key.length);
    Rfc8439Cipher.checkNonce(nonce12);
  }
}
