package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A tailnet-lock key: an Ed25519 public key that may sign node keys. Text form {@code "nlpub:"} and
 * 64 hexadecimal digits; people also meet it as {@code "tlpub:"}, which is understood but never
 * written. Immutable.
 */
public final class TailnetLockKey extends RoleKey<TailnetLockKey> {
  static final String PREFIX = "nlpub:";
  private static final String PREFIX_FOR_PEOPLE = "tlpub:";
  private static final TailnetLockKey ZERO = of(new byte[LENGTH]);

  private TailnetLockKey(MemorySegment source, long offset) {
    super(source, offset);
  }

  /** Copies exactly 32 bytes. */
  public static TailnetLockKey of(byte[] key) {
    return new TailnetLockKey(exactly32(key), 0);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static TailnetLockKey of(byte[] source, int offset) {
    return new TailnetLockKey(MemorySegment.ofArray(source), offset);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static TailnetLockKey ofSegment(MemorySegment source, long offset) {
    return new TailnetLockKey(source, offset);
  }

  /**
   * Reads the text form.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static TailnetLockKey parse(String text) {
    return of(
        KeyText.parseHex(text.startsWith(PREFIX_FOR_PEOPLE) ? PREFIX_FOR_PEOPLE : PREFIX, text));
  }

  /** Reads the text form; empty when it is not one. */
  public static Optional<TailnetLockKey> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (KeyFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns the all-zero key. */
  public static TailnetLockKey zero() {
    return ZERO;
  }

  @Override
  String prefix() {
    return PREFIX;
  }

  @Override
  public String shortText() {
    return PREFIX + hex().substring(0, 8);
  }
}
