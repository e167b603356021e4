package dev.meshd.testkit.sim;

import dev.meshd.crypto.KeyAgreement;
import dev.meshd.crypto.WeakKeyException;
import java.nio.ByteBuffer;

/**
 * Diffie-Hellman that is quick and quite unsafe: powers of a generator modulo the prime 2^61 - 1.
 *
 * <p>In a simulation X25519 would be about half of the running time, and that the arithmetic of a
 * curve is right is shown elsewhere. What the protocols rely on holds here too: both sides arrive
 * at the same secret, a different key gives a different one, and zero is refused. Keys remain 32
 * bytes of which every one counts: the power is in the first eight, and a key whose other bytes are
 * not what belongs to them stands for a different power. Stateless.
 */
final class SimKeyAgreement implements KeyAgreement {

  static final SimKeyAgreement INSTANCE = new SimKeyAgreement();

  private static final int LENGTH = 32;
  private static final long PRIME = (1L << 61) - 1;
  private static final long GENERATOR = 37;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private SimKeyAgreement() {}

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return spread(power(GENERATOR, exponent(privateKey)));
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    long base = Math.floorMod(gather(publicKey), PRIME);
    if (base == 0) {
      throw new WeakKeyException();
    }
    return spread(power(base, exponent(privateKey)));
  }

  /** Odd, so that no key is the identity; depends on all bytes of the key. */
  private static long exponent(byte[] privateKey) {
    ByteBuffer words = ByteBuffer.wrap(privateKey);
    long mixed = 0;
    while (words.hasRemaining()) {
      mixed = (mixed ^ words.getLong()) * MIX;
      mixed ^= mixed >>> 29;
    }
    return (mixed & (PRIME >>> 1)) | 1;
  }

  private static byte[] spread(long element) {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH).putLong(element);
    long word = element;
    while (bytes.hasRemaining()) {
      word = next(word);
      bytes.putLong(word);
    }
    return bytes.array();
  }

  /** The element that {@link #spread} put there, or some other one if a byte was changed. */
  private static long gather(byte[] key) {
    ByteBuffer words = ByteBuffer.wrap(key);
    long element = words.getLong();
    long word = element;
    long damage = 0;
    while (words.hasRemaining()) {
      word = next(word);
      damage |= words.getLong() ^ word;
    }
    return element ^ (damage >>> 1);
  }

  private static long next(long word) {
    long mixed = (word + MIX) * MIX;
    return mixed ^ (mixed >>> 32);
  }

  private static long power(long base, long exponent) {
    long result = 1;
    long square = base;
    for (long bits = exponent; bits != 0; bits >>>= 1) {
      if ((bits & 1) != 0) {
        result = times(result, square);
      }
      square = times(square, square);
    }
    return result;
  }

  /** Both below 2^61: the product's upper part counts once more, as 2^61 is 1. */
  private static long times(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    long sum = (low & PRIME) + ((high << 3) | (low >>> 61));
    return sum >= PRIME ? sum - PRIME : sum;
  }
}
