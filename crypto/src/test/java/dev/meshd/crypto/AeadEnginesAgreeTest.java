package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * What one engine seals every other one opens, byte for byte, for any key, counter, text and place.
 */
class AeadEnginesAgreeTest {
  @Property(tries = 300)
  void everyEngineOpensWhatAnotherSealed(
      @ForAll @Size(32) byte[] key,
      @ForAll long counter,
      @ForAll @Size(max = 2000) byte[] plain,
      @ForAll @IntRange(max = 40) int offset) {
    for (AeadEngine sealer : AeadEngine.values()) {
      for (AeadEngine opener : AeadEngine.values()) {
        if (sealer.isPresent() && opener.isPresent()) {
          opensWhatTheOtherSealed(sealer, opener, key, counter, plain, offset);
        }
      }
    }
  }

  @Property(tries = 300)
  void noEngineOpensAChangedText(
      @ForAll @Size(max = 300) byte[] plain, @ForAll int changed, @ForAll byte difference) {
    for (AeadEngine engine : AeadEngine.values()) {
      if (!engine.isPresent()) {
        continue;
      }
      try (Arena arena = Arena.ofConfined();
          Aead aead = engine.create(new byte[32])) {
        MemorySegment buffer = place(arena, plain, 0);
        aead.seal(5, buffer, 0, plain.length);
        long at = Math.floorMod(changed, plain.length + Aead.TAG_LENGTH);
        byte flipped = difference == 0 ? 1 : difference;
        buffer.set(
            ValueLayout.JAVA_BYTE, at, (byte) (buffer.get(ValueLayout.JAVA_BYTE, at) ^ flipped));
        assertThat(aead.open(5, buffer, 0, plain.length + Aead.TAG_LENGTH)).isFalse();
      }
    }
  }

  private static void opensWhatTheOtherSealed(
      AeadEngine sealer, AeadEngine opener, byte[] key, long counter, byte[] plain, int offset) {
    try (Arena arena = Arena.ofConfined();
        Aead seal = sealer.create(key);
        Aead open = opener.create(key)) {
      MemorySegment buffer = place(arena, plain, offset);
      seal.seal(counter, buffer, offset, plain.length);
      assertThat(open.open(counter, buffer, offset, plain.length + Aead.TAG_LENGTH))
          .as("%s opens what %s sealed", opener, sealer)
          .isTrue();
      assertThat(buffer.asSlice(offset, plain.length).toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(plain);
    }
  }

  private static MemorySegment place(Arena arena, byte[] plain, int offset) {
    MemorySegment buffer = arena.allocate(offset + plain.length + Aead.TAG_LENGTH);
    MemorySegment.copy(plain, 0, buffer, ValueLayout.JAVA_BYTE, offset, plain.length);
    return buffer;
  }
}
