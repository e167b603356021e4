package dev.meshd.wireguard.noise;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * The timestamp inside an initiation: 12 bytes, big-endian, whose only use is that each one a
 * static key sends is greater than the one before.
 *
 * <pre>
 * 0  8  0x400000000000000A + Unix seconds
 * 8  4  nanoseconds
 * </pre>
 *
 * <p>Nanoseconds are rounded down to steps of 2^24 ns (16.8 ms), so the message does not serve as a
 * precise clock to somebody measuring us. Immutable.
 *
 * @param seconds the first field as it is on the wire, unsigned
 * @param nanos the second field as it is on the wire, unsigned
 */
public record Tai64n(long seconds, int nanos) implements Comparable<Tai64n> {
  /** Length on the wire. */
  public static final int LENGTH = 12;

  /** Below every timestamp a peer can send with a clock after 1970. */
  public static final Tai64n NEVER = new Tai64n(0, 0);

  private static final long UNIX_EPOCH = 0x400000000000000AL;
  private static final int STEP_NANOS = 1 << 24;
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  /** The rounded timestamp of a wall-clock time. */
  public static Tai64n of(Instant time) {
    return new Tai64n(UNIX_EPOCH + time.getEpochSecond(), time.getNano() & -STEP_NANOS);
  }

  /** Reads {@link #LENGTH} bytes; every value is accepted. */
  public static Tai64n decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Tai64n(buffer.getLong(), buffer.getInt());
  }

  /** The first rounded timestamp after this one. */
  public Tai64n next() {
    int next = (nanos & -STEP_NANOS) + STEP_NANOS;
    return next < NANOS_PER_SECOND ? new Tai64n(seconds, next) : new Tai64n(seconds + 1, 0);
  }

  /** The 12 bytes. */
  public byte[] encode() {
    return ByteBuffer.allocate(LENGTH).putLong(seconds).putInt(nanos).array();
  }

  public boolean isAfter(Tai64n other) {
    return compareTo(other) > 0;
  }

  /** Compares as unsigned big-endian strings, which is how a receiver judges freshness. */
  @Override
  public int compareTo(Tai64n other) {
    int bySeconds = Long.compareUnsigned(seconds, other.seconds);
    return bySeconds != 0 ? bySeconds : Integer.compareUnsigned(nanos, other.nanos);
  }
}
