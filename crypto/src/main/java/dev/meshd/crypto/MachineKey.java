package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The public half of a machine key: the identity of a device towards the coordination server, and
 * also the type of the server's own Noise key. Text form {@code "mkey:"} and 64 hexadecimal digits.
 * Immutable.
 */
public final class MachineKey extends RoleKey<MachineKey> {
  static final String PREFIX = "mkey:";
  private static final MachineKey ZERO = of(new byte[LENGTH]);

  private MachineKey(MemorySegment source, long offset) {
    super(source, offset);
  }

  /** Copies exactly 32 bytes. */
  public static MachineKey of(byte[] key) {
    return new MachineKey(exactly32(key), 0);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static MachineKey of(byte[] source, int offset) {
    return new MachineKey(MemorySegment.ofArray(source), offset);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static MachineKey ofSegment(MemorySegment source, long offset) {
    return new MachineKey(source, offset);
  }

  /**
   * Reads the text form.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static MachineKey parse(String text) {
    return of(KeyText.parseHex(PREFIX, text));
  }

  /** Reads the text form; empty when it is not one. */
  public static Optional<MachineKey> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (KeyFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns the all-zero key. */
  public static MachineKey zero() {
    return ZERO;
  }

  @Override
  String prefix() {
    return PREFIX;
  }

  @Override
  public String shortText() {
    return "[" + KeyText.base64(bytes()).substring(0, 5) + "]";
  }
}
