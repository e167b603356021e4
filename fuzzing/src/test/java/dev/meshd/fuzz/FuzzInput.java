package dev.meshd.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes an input apart from front to back. Total: past the end numbers are zero and arrays short,
 * so every input means something.
 *
 * <p>A <em>piece</em> is a big-endian length of two bytes and that many bytes, or as many as are
 * left. Not thread-safe.
 */
public final class FuzzInput {

  private final byte[] bytes;
  private int at;

  public FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  public boolean hasMore() {
    return at < bytes.length;
  }

  /** The next byte, 0 to 255. */
  public int u8() {
    return at < bytes.length ? Byte.toUnsignedInt(bytes[at++]) : 0;
  }

  public int u16() {
    return u8() << 8 | u8();
  }

  /** At most {@code length} bytes. */
  public byte[] take(int length) {
    int end = Math.min(bytes.length, at + length);
    byte[] taken = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return taken;
  }

  /** Exactly {@code length} bytes, padded with zeroes. */
  public byte[] exactly(int length) {
    return Arrays.copyOf(take(length), length);
  }

  public byte[] piece() {
    return take(u16());
  }

  public byte[] rest() {
    return take(bytes.length - at);
  }

  /** The rest as UTF-8; what is not becomes replacement characters. */
  public String text() {
    return new String(rest(), StandardCharsets.UTF_8);
  }
}
