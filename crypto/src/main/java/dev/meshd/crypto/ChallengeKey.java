package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The public key a coordination server sends as a challenge right after the handshake of the
 * control connection. Text form {@code "chalpub:"} and 64 hexadecimal digits. Immutable.
 */
public final class ChallengeKey extends RoleKey<ChallengeKey> {
  static final String PREFIX = "chalpub:";
  private static final ChallengeKey ZERO = of(new byte[LENGTH]);

  private ChallengeKey(MemorySegment source, long offset) {
    super(source, offset);
  }

  /** Copies exactly 32 bytes. */
  public static ChallengeKey of(byte[] key) {
    return new ChallengeKey(exactly32(key), 0);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static ChallengeKey of(byte[] source, int offset) {
    return new ChallengeKey(MemorySegment.ofArray(source), offset);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static ChallengeKey ofSegment(MemorySegment source, long offset) {
    return new ChallengeKey(source, offset);
  }

  /**
   * Reads the text form.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static ChallengeKey parse(String text) {
    return of(KeyText.parseHex(PREFIX, text));
  }

  /** Reads the text form; empty when it is not one. */
  public static Optional<ChallengeKey> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (KeyFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns the all-zero key. */
  public static ChallengeKey zero() {
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
