package dev.meshd.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;

/**
 * The check an engine passes before it carries packets: lengths around every block boundary against
 * the JDK's cipher, both ways, and a changed byte that must be noticed. A few milliseconds.
 * Stateless.
 */
final class AeadSelfTest {
  private static final int[] LENGTHS = {
    0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 1024, 1420, 16_000, 65_535
  };
  private static final int LONGEST = 65_535;
  private static final long COUNTER_BASE = 0x0102_0304_0506_0708L;
  private static final byte[] NO_DATA = {};

  private AeadSelfTest() {}

  /** Returns what the engine gets wrong; empty when it works. */
  static Optional<String> failure(AeadEngine engine) {
    byte[] key = pattern(32, 0x80);
    try (Arena arena = Arena.ofConfined();
        Aead seal = engine.create(key);
        Aead open = engine.create(key)) {
      MemorySegment buffer = arena.allocate(LONGEST + Aead.TAG_LENGTH);
      for (int i = 0; i < LENGTHS.length; i++) {
        if (!works(seal, open, key, COUNTER_BASE + i, buffer, LENGTHS[i])) {
          return Optional.of("failed its self-test at " + LENGTHS[i] + " bytes");
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("failed its self-test: " + e.getMessage());
    }
  }

  private static boolean works(
      Aead seal, Aead open, byte[] key, long counter, MemorySegment buffer, int length) {
    byte[] plain = pattern(length, (int) counter);
    byte[] expected = ChaCha20Poly1305.seal(key, nonce(counter), NO_DATA, plain);
    MemorySegment.copy(plain, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
    seal.seal(counter, buffer, 0, length);
    boolean sealed = Arrays.equals(expected, text(buffer, expected.length));
    boolean opened =
        open.open(counter, buffer, 0, expected.length)
            && Arrays.equals(plain, text(buffer, length));
    expected[length / 2] ^= 1;
    MemorySegment.copy(expected, 0, buffer, ValueLayout.JAVA_BYTE, 0, expected.length);
    boolean refused = !open.open(counter, buffer, 0, expected.length);
    return sealed && opened && refused;
  }

  private static byte[] text(MemorySegment buffer, int length) {
    return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private static byte[] nonce(long counter) {
    byte[] nonce = new byte[ChaCha20Poly1305.NONCE_LENGTH];
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[4 + i] = (byte) (counter >>> (8 * i));
    }
    return nonce;
  }

  private static byte[] pattern(int length, int first) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + 31 * i);
    }
    return bytes;
  }
}
