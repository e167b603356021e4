package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A 32-byte public key of one role. Each role is its own type, so that a node key cannot be passed
 * for a machine key, and each owns the prefix of its text form ({@code "nodekey:"} and 64
 * hexadecimal digits).
 *
 * <p>Kept as four big-endian words: comparing words unsigned, first to last, is comparing the 32
 * bytes as a string. Immutable.
 *
 * @param <K> the role itself
 */
public abstract sealed class RoleKey<K extends RoleKey<K>> implements Comparable<K>
    permits NodeKey, MachineKey, DiscoKey, ChallengeKey, TailnetLockKey {
  /** Length of every public key in bytes. */
  public static final int LENGTH = KeyText.KEY_LENGTH;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final long word0;
  private final long word1;
  private final long word2;
  private final long word3;

  RoleKey(MemorySegment source, long offset) {
    word0 = source.get(WORD, offset);
    word1 = source.get(WORD, offset + 8);
    word2 = source.get(WORD, offset + 16);
    word3 = source.get(WORD, offset + 24);
  }

  /** Returns the prefix of the text form, with its colon. */
  abstract String prefix();

  /** Returns the short form for people, for logs and for {@link #toString()}. */
  public abstract String shortText();

  /** Returns a copy of the 32 bytes. */
  public final byte[] bytes() {
    byte[] bytes = new byte[LENGTH];
    copyTo(bytes, 0);
    return bytes;
  }

  public final void copyTo(byte[] target, int offset) {
    copyTo(MemorySegment.ofArray(target), offset);
  }

  public final void copyTo(MemorySegment target, long offset) {
    target.set(WORD, offset, word0);
    target.set(WORD, offset + 8, word1);
    target.set(WORD, offset + 16, word2);
    target.set(WORD, offset + 24, word3);
  }

  /** Returns the text form used on the wire: prefix and 64 lower-case hexadecimal digits. */
  public final String text() {
    return KeyText.hex(prefix(), bytes());
  }

  /** Returns 64 lower-case hexadecimal digits without a prefix. */
  public final String hex() {
    return KeyText.hex("", bytes());
  }

  /** Says whether this is the all-zero key, which stands for "no key" on the wire. */
  public final boolean isZero() {
    return (word0 | word1 | word2 | word3) == 0;
  }

  @Override
  public final int compareTo(K other) {
    RoleKey<K> that = other;
    int order = Long.compareUnsigned(word0, that.word0);
    order = order != 0 ? order : Long.compareUnsigned(word1, that.word1);
    order = order != 0 ? order : Long.compareUnsigned(word2, that.word2);
    return order != 0 ? order : Long.compareUnsigned(word3, that.word3);
  }

  /**
   * Compares all words whatever the first ones say: keys of strangers are compared with known ones.
   */
  @Override
  public final boolean equals(Object other) {
    return other instanceof RoleKey<?> that
        && that.getClass() == getClass()
        && ((word0 ^ that.word0)
                | (word1 ^ that.word1)
                | (word2 ^ that.word2)
                | (word3 ^ that.word3))
            == 0;
  }

  /** Mixes all words: low bits of a public key are not random once a client picks its keys. */
  @Override
  public final int hashCode() {
    long mixed = word0 * 0x9e3779b97f4a7c15L + word1;
    mixed = mixed * 0x9e3779b97f4a7c15L + word2;
    mixed = mixed * 0x9e3779b97f4a7c15L + word3;
    return Long.hashCode(mixed * 0x9e3779b97f4a7c15L);
  }

  @Override
  public final String toString() {
    return shortText();
  }

  /** Checks the length and views the array; for constructors of the roles. */
  static MemorySegment exactly32(byte[] key) {
    KeyText.checkLength(key.length);
    return MemorySegment.ofArray(key);
  }
}
