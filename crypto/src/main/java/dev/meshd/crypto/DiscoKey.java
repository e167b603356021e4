package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The public half of a disco key: names the sender of path discovery messages. Text form {@code
 * "discokey:"} and 64 hexadecimal digits. Immutable.
 */
public final class DiscoKey extends RoleKey<DiscoKey> {
  static final String PREFIX = "discokey:";
  private static final DiscoKey ZERO = of(new byte[LENGTH]);

  private DiscoKey(MemorySegment source, long offset) {
    super(source, offset);
  }

  /** Copies exactly 32 bytes. */
  public static DiscoKey of(byte[] key) {
    return new DiscoKey(exactly32(key), 0);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static DiscoKey of(byte[] source, int offset) {
    return new DiscoKey(MemorySegment.ofArray(source), offset);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static DiscoKey ofSegment(MemorySegment source, long offset) {
    return new DiscoKey(source, offset);
  }

  /**
   * Reads the text form.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static DiscoKey parse(String text) {
    return of(KeyText.parseHex(PREFIX, text));
  }

  /** Reads the text form; empty when it is not one. */
  public static Optional<DiscoKey> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (KeyFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns the all-zero key. */
  public static DiscoKey zero() {
    return ZERO;
  }

  @Override
  String prefix() {
    return PREFIX;
  }

  @Override
  public String shortText() {
    return "d:" + hex().substring(0, 16);
  }
}
