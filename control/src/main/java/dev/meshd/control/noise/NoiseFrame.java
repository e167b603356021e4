package dev.meshd.control.noise;

/**
 * A frame of the channel, without its header.
 *
 * <pre>
 * initiation, 101 bytes                    any other frame
 *  0  2  protocol version, big-endian       0  1  type
 *  2  1  type 1                             1  2  payload length, big-endian
 *  3  2  payload length 96, big-endian      3  n  payload
 *  5 32  client ephemeral public key
 * 37 48  sealed client static public key   response payload, 48 bytes:
 * 85 16  tag                                32 server ephemeral public key, 16 tag
 * </pre>
 *
 * Source: tailscale: control/controlbase/messages.go.
 */
final class NoiseFrame {
  static final int TYPE_INITIATION = 1;
  static final int TYPE_RESPONSE = 2;

  /** An unauthenticated UTF-8 text that says why the server gives up. */
  static final int TYPE_ERROR = 3;

  static final int TYPE_RECORD = 4;

  static final int HEADER_LENGTH = 3;
  static final int INITIATION_HEADER_LENGTH = 5;
  static final int KEY_LENGTH = 32;
  static final int TAG_LENGTH = 16;
  static final int SEALED_KEY_LENGTH = KEY_LENGTH + TAG_LENGTH;
  static final int INITIATION_PAYLOAD_LENGTH = KEY_LENGTH + SEALED_KEY_LENGTH + TAG_LENGTH;
  static final int INITIATION_LENGTH = INITIATION_HEADER_LENGTH + INITIATION_PAYLOAD_LENGTH;
  static final int RESPONSE_PAYLOAD_LENGTH = KEY_LENGTH + TAG_LENGTH;
  static final int RESPONSE_LENGTH = HEADER_LENGTH + RESPONSE_PAYLOAD_LENGTH;

  /** Longest frame with its header. */
  static final int MAX_LENGTH = 4096;

  static final int MAX_CIPHERTEXT_LENGTH = MAX_LENGTH - HEADER_LENGTH;

  /** Most plaintext one record carries. */
  static final int MAX_PLAINTEXT_LENGTH = MAX_CIPHERTEXT_LENGTH - TAG_LENGTH;

  private final int type;
  private final byte[] payload;

  /** Keeps {@code payload}. */
  NoiseFrame(int type, byte[] payload) {
    this.type = type;
    this.payload = payload;
  }

  /** One of the {@code TYPE_} constants, or an unknown one. */
  int type() {
    return type;
  }

  /** The bytes after the header, not copied: they belong to whoever reads the frame. */
  byte[] payload() {
    return payload;
  }

  /** Writes a header before a payload of {@code length} bytes. */
  static void putHeader(byte[] target, int offset, int type, int length) {
    target[offset] = (byte) type;
    target[offset + 1] = (byte) (length >>> 8);
    target[offset + 2] = (byte) length;
  }

  static int unsignedShort(byte[] source, int offset) {
    return ((source[offset] & 0xff) << 8) | (source[offset + 1] & 0xff);
  }
}
