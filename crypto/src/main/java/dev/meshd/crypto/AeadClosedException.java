package dev.meshd.crypto;

/**
 * A packet was to be sealed with a key that has been wiped meanwhile: drop the packet, nothing was
 * encrypted.
 */
public final class AeadClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  AeadClosedException() {
    super("the key of this packet has been wiped");
  }
}
