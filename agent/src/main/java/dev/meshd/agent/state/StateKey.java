package dev.meshd.agent.state;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.XChaCha20Poly1305;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The secret that encrypts files of the state directory: XChaCha20-Poly1305, layout {@code nonce
 * (24) ‖ ciphertext ‖ tag (16)}, the file's name as associated data so that files cannot be
 * swapped. Immutable.
 *
 * <p>It lives next to what it protects, so it keeps copies and backups of single files private, not
 * a stolen disk.
 */
public final class StateKey {
  private static final int KEY_LENGTH = 32;

  private final byte[] key;

  private StateKey(byte[] key) {
    this.key = key;
  }

  public static StateKey generate() {
    byte[] key = new byte[KEY_LENGTH];
    SecureRandomSource.system().fill(key);
    return new StateKey(key);
  }

  /**
   * @throws IllegalArgumentException if this is not 64 hex digits
   */
  static StateKey parse(String hex) {
    byte[] key = HexFormat.of().parseHex(hex);
    if (key.length != KEY_LENGTH) {
      throw new IllegalArgumentException("a state key has " + KEY_LENGTH + " bytes");
    }
    return new StateKey(key);
  }

  String hex() {
    return HexFormat.of().formatHex(key);
  }

  byte[] seal(byte[] name, byte[] plain) {
    byte[] nonce = new byte[XChaCha20Poly1305.NONCE_LENGTH];
    SecureRandomSource.system().fill(nonce);
    byte[] sealed = XChaCha20Poly1305.seal(key, nonce, name, plain);
    byte[] file = new byte[nonce.length + sealed.length];
    System.arraycopy(nonce, 0, file, 0, nonce.length);
    System.arraycopy(sealed, 0, file, nonce.length, sealed.length);
    return file;
  }

  /** The plain content, or empty for anything this key has not sealed under that name. */
  Optional<byte[]> open(byte[] name, byte[] file) {
    if (file.length < XChaCha20Poly1305.NONCE_LENGTH) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOf(file, XChaCha20Poly1305.NONCE_LENGTH);
    byte[] sealed = Arrays.copyOfRange(file, nonce.length, file.length);
    return XChaCha20Poly1305.open(key, nonce, name, sealed);
  }

  @Override
  public String toString() {
    return "state key";
  }
}
