package dev.meshd.crypto;

/**
 * A key text that is not one. The message names the expected form and never repeats the text, which
 * may be secret.
 */
public final class KeyFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public KeyFormatException(String message) {
    super(message);
  }
}
