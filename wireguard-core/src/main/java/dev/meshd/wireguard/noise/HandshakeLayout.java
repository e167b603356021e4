package dev.meshd.wireguard.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where the fields of the handshake and cookie messages lie. Integers are little-endian, lengths
 * are exact, nothing may trail.
 *
 * <pre>
 * initiation (148)                 response (92)                    cookie reply (64)
 *   0   4  type = 1                  0   4  type = 2                  0   4  type = 3
 *   4   4  sender index              4   4  sender index              4   4  receiver index
 *   8  32  ephemeral public          8   4  receiver index            8  24  nonce
 *  40  48  sealed static public     12  32  ephemeral public         32  32  sealed cookie
 *  88  28  sealed timestamp         44  16  sealed nothing
 * 116  16  mac1                     60  16  mac1
 * 132  16  mac2                     76  16  mac2
 * </pre>
 *
 * <p>The sender picks its own index; the other side repeats it as receiver index from then on.
 */
public final class HandshakeLayout {
  static final int KEY_LENGTH = 32;
  static final int TAG_LENGTH = 16;
  static final int MAC_LENGTH = 16;

  static final int TYPE_OFFSET = 0;
  static final int SENDER_OFFSET = 4;

  static final int INITIATION_EPHEMERAL_OFFSET = 8;
  static final int INITIATION_STATIC_OFFSET = INITIATION_EPHEMERAL_OFFSET + KEY_LENGTH;
  static final int INITIATION_STATIC_LENGTH = KEY_LENGTH + TAG_LENGTH;
  static final int INITIATION_TIMESTAMP_OFFSET =
      INITIATION_STATIC_OFFSET + INITIATION_STATIC_LENGTH;
  static final int INITIATION_TIMESTAMP_LENGTH = Tai64n.LENGTH + TAG_LENGTH;

  static final int RESPONSE_RECEIVER_OFFSET = 8;
  static final int RESPONSE_EPHEMERAL_OFFSET = 12;
  static final int RESPONSE_EMPTY_OFFSET = RESPONSE_EPHEMERAL_OFFSET + KEY_LENGTH;

  static final int COOKIE_RECEIVER_OFFSET = 4;
  static final int COOKIE_NONCE_OFFSET = 8;
  static final int COOKIE_NONCE_LENGTH = 24;
  static final int COOKIE_SEALED_OFFSET = COOKIE_NONCE_OFFSET + COOKIE_NONCE_LENGTH;
  static final int COOKIE_LENGTH = 16;

  private static final VarHandle INT_LE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private HandshakeLayout() {}

  /** The first word of a message of at least four bytes. */
  public static int firstWord(byte[] message) {
    return readInt(message, TYPE_OFFSET);
  }

  /** The sender index of an initiation or a response of valid length. */
  public static int senderIndex(byte[] message) {
    return readInt(message, SENDER_OFFSET);
  }

  /** The receiver index of a response of valid length. */
  public static int responseReceiver(byte[] response) {
    return readInt(response, RESPONSE_RECEIVER_OFFSET);
  }

  /** The receiver index of a cookie reply of valid length. */
  public static int cookieReceiver(byte[] cookieReply) {
    return readInt(cookieReply, COOKIE_RECEIVER_OFFSET);
  }

  static int readInt(byte[] message, int offset) {
    return (int) INT_LE.get(message, offset);
  }

  static void writeInt(byte[] message, int offset, int value) {
    INT_LE.set(message, offset, value);
  }

  static int mac1Offset(byte[] message) {
    return message.length - 2 * MAC_LENGTH;
  }

  static int mac2Offset(byte[] message) {
    return message.length - MAC_LENGTH;
  }
}
