package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes little-endian fields (WireGuard messages) at any alignment. Its sibling for
 * network headers is {@link BigEndian}; two classes, so that the order is visible where a field is
 * read and never a state of the buffer.
 *
 * <p>Accessors throw {@link IndexOutOfBoundsException} outside the segment: callers check lengths
 * first, once.
 */
public final class LittleEndian {
  public static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** Unsigned 16 bits, 0 to 65535. */
  public static int u16(MemorySegment segment, long offset) {
    return Short.toUnsignedInt(segment.get(SHORT, offset));
  }

  /** Unsigned 32 bits in a long. */
  public static long u32(MemorySegment segment, long offset) {
    return Integer.toUnsignedLong(segment.get(INT, offset));
  }

  public static int i32(MemorySegment segment, long offset) {
    return segment.get(INT, offset);
  }

  public static long i64(MemorySegment segment, long offset) {
    return segment.get(LONG, offset);
  }

  /** Writes the low 16 bits of {@code value}. */
  public static void put16(MemorySegment segment, long offset, int value) {
    segment.set(SHORT, offset, (short) value);
  }

  public static void put32(MemorySegment segment, long offset, int value) {
    segment.set(INT, offset, value);
  }

  public static void put64(MemorySegment segment, long offset, long value) {
    segment.set(LONG, offset, value);
  }
}
