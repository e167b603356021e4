package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Known answers and rules that hold on every engine. */
class AeadEngineTest {
  private static final byte[] NO_DATA = {};

  static Stream<Arguments> vectorsOnEveryEngine() {
    return Wycheproof.read("chacha20_poly1305_test.json").stream()
        .flatMap(v -> Arrays.stream(AeadEngine.values()).map(engine -> Arguments.of(engine, v)));
  }

  @ParameterizedTest
  @MethodSource("vectorsOnEveryEngine")
  void agreesWithWycheproof(AeadEngine engine, Wycheproof.Vector vector) {
    assumePresent(engine);
    byte[] key = vector.bytes("key");
    byte[] nonce = vector.bytes("iv");
    byte[] data = vector.bytes("aad");
    byte[] plain = vector.bytes("msg");
    byte[] sealed = Hex.bytes(Hex.text(vector.bytes("ct")) + Hex.text(vector.bytes("tag")));
    if (nonce.length != ChaCha20Poly1305.NONCE_LENGTH) {
      assertThatThrownBy(() -> open(engine, key, nonce, data, sealed))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ChaCha20Poly1305.open(key, nonce, data, sealed))
          .isInstanceOf(IllegalArgumentException.class);
    } else if (vector.isInvalid()) {
      assertThat(open(engine, key, nonce, data, sealed)).isEmpty();
      assertThat(ChaCha20Poly1305.open(key, nonce, data, sealed)).isEmpty();
    } else {
      assertThat(seal(engine, key, nonce, data, plain)).isEqualTo(sealed);
      assertThat(open(engine, key, nonce, data, sealed)).contains(plain);
      assertThat(ChaCha20Poly1305.seal(key, nonce, data, plain)).isEqualTo(sealed);
      assertThat(ChaCha20Poly1305.open(key, nonce, data, sealed)).contains(plain);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sealsTheExampleOfRfc8439Section2(AeadEngine engine) {
    assumePresent(engine);
    byte[] plain =
        Hex.bytes(
            """
            4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a20496620492063
            6f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73
            637265656e20776f756c642062652069742e
            """);
    byte[] sealed =
        Hex.bytes(
            """
            d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b
            1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
            3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691
            """);
    byte[] key = Hex.sequence(0x80, 32);
    byte[] nonce = Hex.bytes("070000004041424344454647");
    byte[] data = Hex.bytes("50515253c0c1c2c3c4c5c6c7");
    assertThat(seal(engine, key, nonce, data, plain)).isEqualTo(sealed);
    assertThat(open(engine, key, nonce, data, sealed)).contains(plain);
  }

  /** A keepalive computed from the WireGuard paper: counter 0, no plaintext. */
  @ParameterizedTest
  @EnumSource
  void sealsAWireGuardKeepalive(AeadEngine engine) {
    assumePresent(engine);
    byte[] key = Hex.bytes("b27a8c9cc39d02c5fdb8a57c3d71667681e589cce68da530a61d36decac95a3c");
    try (Arena arena = Arena.ofConfined();
        Aead aead = engine.create(key)) {
      MemorySegment buffer = arena.allocate(16);
      aead.seal(0, buffer, 0, 0);
      assertThat(Hex.text(buffer.toArray(ValueLayout.JAVA_BYTE)))
          .isEqualTo("6c0cb2cf7de82737b7313e2d96cf7e39");
      assertThat(aead.open(0, buffer, 0, 16)).isTrue();
      assertThat(aead.open(1, buffer, 0, 16)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void treatsTheCounterAsUnsigned(AeadEngine engine) {
    assumePresent(engine);
    byte[] key = Hex.sequence(3, 32);
    byte[] nonce = Hex.bytes("00000000ffffffffffffffff");
    try (Arena arena = Arena.ofConfined();
        Aead aead = engine.create(key)) {
      MemorySegment buffer = arena.allocate(36);
      aead.seal(-1, buffer, 0, 20);
      assertThat(buffer.toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(ChaCha20Poly1305.seal(key, nonce, NO_DATA, new byte[20]));
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesBytesOutsideTheTextAlone(AeadEngine engine) {
    assumePresent(engine);
    try (Arena arena = Arena.ofConfined();
        Aead aead = engine.create(Hex.sequence(0, 32))) {
      MemorySegment buffer = arena.allocate(100).fill((byte) 0x55);
      aead.seal(1, buffer, 13, 40);
      assertThat(aead.open(1, buffer, 13, 56)).isTrue();
      byte[] after = buffer.toArray(ValueLayout.JAVA_BYTE);
      assertThat(Arrays.copyOf(after, 53)).containsOnly(0x55);
      assertThat(Arrays.copyOfRange(after, 69, 100)).containsOnly(0x55);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesTextsThatDoNotFitTheBuffer(AeadEngine engine) {
    assumePresent(engine);
    try (Arena arena = Arena.ofConfined();
        Aead aead = engine.create(new byte[32])) {
      MemorySegment buffer = arena.allocate(64);
      for (long[] bad : new long[][] {{0, 49}, {49, 0}, {-1, 0}, {0, -1}, {Long.MAX_VALUE, 1}}) {
        assertThatThrownBy(() -> aead.seal(0, buffer, bad[0], (int) bad[1]))
            .as("offset %d length %d", bad[0], bad[1])
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(() -> aead.open(0, buffer, 0, 65))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> aead.open(0, buffer, 0, -1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesHeapReadOnlyAndFreedMemory(AeadEngine engine) {
    assumePresent(engine);
    Arena arena = Arena.ofConfined();
    MemorySegment freed = arena.allocate(64);
    arena.close();
    try (Aead aead = engine.create(new byte[32])) {
      for (MemorySegment bad :
          new MemorySegment[] {
            MemorySegment.ofArray(new byte[64]), Arena.global().allocate(64).asReadOnly(), freed
          }) {
        assertThatThrownBy(() -> aead.seal(0, bad, 0, 8))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> aead.open(0, bad, 0, 24))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensNothingShorterThanATag(AeadEngine engine) {
    assumePresent(engine);
    try (Arena arena = Arena.ofConfined();
        Aead aead = engine.create(new byte[32])) {
      MemorySegment buffer = arena.allocate(16);
      for (int length = 0; length < Aead.TAG_LENGTH; length++) {
        assertThat(aead.open(0, buffer, 0, length)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sealsAndOpensNothingOnceClosed(AeadEngine engine) {
    assumePresent(engine);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(64);
      Aead aead = engine.create(new byte[32]);
      aead.seal(0, buffer, 0, 8);
      aead.close();
      aead.close();
      assertThat(aead.open(0, buffer, 0, 24)).isFalse();
      assertThatThrownBy(() -> aead.seal(1, buffer, 0, 8)).isInstanceOf(AeadClosedException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesKeysOfOtherLengths(AeadEngine engine) {
    assumePresent(engine);
    assertThatThrownBy(() -> engine.create(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> engine.create(new byte[33]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jdkRefusesToSealTwiceWithOneCounter() {
    try (Arena arena = Arena.ofConfined();
        Aead aead = AeadEngine.JCA.create(new byte[32])) {
      MemorySegment buffer = arena.allocate(64);
      aead.seal(7, buffer, 0, 8);
      assertThatThrownBy(() -> aead.seal(7, buffer, 0, 8))
          .isInstanceOf(IllegalStateException.class);
      aead.seal(8, buffer, 0, 8);
    }
  }

  static void assumePresent(AeadEngine engine) {
    assumeTrue(engine.isPresent(), () -> "engine " + engine + " is not on this machine");
  }

  private static byte[] seal(
      AeadEngine engine, byte[] key, byte[] nonce, byte[] data, byte[] plain) {
    try (Arena arena = Arena.ofConfined();
        Rfc8439Cipher cipher = engine.createCipher(key)) {
      MemorySegment buffer = arena.allocate(plain.length + Aead.TAG_LENGTH);
      MemorySegment.copy(plain, 0, buffer, ValueLayout.JAVA_BYTE, 0, plain.length);
      cipher.seal(nonce, data, buffer, 0, plain.length);
      return buffer.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static Optional<byte[]> open(
      AeadEngine engine, byte[] key, byte[] nonce, byte[] data, byte[] sealed) {
    try (Arena arena = Arena.ofConfined();
        Rfc8439Cipher cipher = engine.createCipher(key)) {
      MemorySegment buffer = arena.allocate(sealed.length);
      MemorySegment.copy(sealed, 0, buffer, ValueLayout.JAVA_BYTE, 0, sealed.length);
      if (!cipher.open(nonce, data, buffer, 0, sealed.length)) {
        return Optional.empty();
      }
      return Optional.of(
          buffer.asSlice(0, sealed.length - Aead.TAG_LENGTH).toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
