package dev.meshd.control.noise;

import java.nio.ByteBuffer;

/**
 * The sending direction of a channel: cuts a byte stream into records and seals them. Owned by one
 * thread.
 */
public final class RecordWriter {
  private final RecordCipher cipher;

  RecordWriter(byte[] key) {
    cipher = new RecordCipher(key);
  }

  /**
   * Seals everything in {@code plain}.
   *
   * @return the records, one after the other; empty for empty input
   * @throws NoiseException if the counter is used up: the channel must be closed
   */
  public byte[] write(ByteBuffer plain) throws NoiseException {
    int records = Math.ceilDiv(plain.remaining(), NoiseFrame.MAX_PLAINTEXT_LENGTH);
    byte[] wire =
        new byte[plain.remaining() + records * (NoiseFrame.HEADER_LENGTH + NoiseFrame.TAG_LENGTH)];
    int offset = 0;
    while (plain.hasRemaining()) {
      byte[] chunk = new byte[Math.min(plain.remaining(), NoiseFrame.MAX_PLAINTEXT_LENGTH)];
      plain.get(chunk);
      byte[] sealed = cipher.seal(chunk);
      NoiseFrame.putHeader(wire, offset, NoiseFrame.TYPE_RECORD, sealed.length);
      System.arraycopy(sealed, 0, wire, offset + NoiseFrame.HEADER_LENGTH, sealed.length);
      offset += NoiseFrame.HEADER_LENGTH + sealed.length;
    }
    return wire;
  }
}
