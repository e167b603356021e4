package dev.meshd.wireguard.noise;

import java.util.Optional;

/**
 * The four WireGuard messages. The type is the first little-endian 32-bit word of a datagram: one
 * byte of type and three reserved zero bytes, compared as a whole, so a set reserved bit makes an
 * unknown type.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, sections 5.4.2 to
 *     5.4.7</a>
 */
public enum MessageType {
  /** First message of a handshake: exactly 148 bytes. */
  HANDSHAKE_INITIATION(1, 148),
  /** Second message of a handshake: exactly 92 bytes. */
  HANDSHAKE_RESPONSE(2, 92),
  /** A loaded receiver's proof-of-address challenge: exactly 64 bytes. */
  COOKIE_REPLY(3, 64),
  /** An encrypted packet: 32 bytes or more; exactly 32 is a keepalive. */
  TRANSPORT_DATA(4, 32);

  private static final MessageType[] VALUES = values();

  private final int wireValue;
  private final int minimumLength;

  MessageType(int wireValue, int minimumLength) {
    this.wireValue = wireValue;
    this.minimumLength = minimumLength;
  }

  /** The type for a little-endian first word, or empty for a word no message begins with. */
  public static Optional<MessageType> fromWire(int firstWord) {
    return firstWord >= 1 && firstWord <= VALUES.length
        ? Optional.of(VALUES[firstWord - 1])
        : Optional.empty();
  }

  /** The first word of a message of this type. */
  public int wireValue() {
    return wireValue;
  }

  /**
   * Whether a datagram of this many bytes can be such a message: exact for all but transport data.
   */
  public boolean isValidLength(int lengthBytes) {
    return this == TRANSPORT_DATA ? lengthBytes >= minimumLength : lengthBytes == minimumLength;
  }

  /** The exact length in bytes, or for transport data the shortest one. */
  public int minimumLength() {
    return minimumLength;
  }
}
