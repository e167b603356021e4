package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoleKeyTest {
  private static final byte[] BYTES = Hex.sequence(0xe0, 32);
  private static final String DIGITS =
      "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

  static Stream<Arguments> roles() {
    return Stream.of(
        role("mkey:", MachineKey.of(BYTES), MachineKey::parse),
        role("nodekey:", NodeKey.of(BYTES), NodeKey::parse),
        role("discokey:", DiscoKey.of(BYTES), DiscoKey::parse),
        role("chalpub:", ChallengeKey.of(BYTES), ChallengeKey::parse),
        role("nlpub:", TailnetLockKey.of(BYTES), TailnetLockKey::parse));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void writesAndReadsItsOwnText(String prefix, RoleKey<?> key, Function<String, RoleKey<?>> parse) {
    assertThat(key.text()).isEqualTo(prefix + DIGITS);
    assertThat(parse.apply(prefix + DIGITS)).isEqualTo(key);
    assertThat(parse.apply(prefix + DIGITS.toUpperCase(Locale.ROOT))).isEqualTo(key);
    assertThat(key.hex()).isEqualTo(DIGITS);
    assertThat(key.bytes()).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @MethodSource("roles")
  void refusesEveryOtherText(String prefix, RoleKey<?> key, Function<String, RoleKey<?>> parse) {
    for (String bad :
        new String[] {
          "",
          prefix,
          DIGITS,
          "privkey:" + DIGITS,
          prefix + DIGITS + "0",
          prefix + DIGITS.substring(1),
          prefix + "g" + DIGITS.substring(1),
          prefix + DIGITS.substring(1) + "\u0660",
          " " + prefix + DIGITS,
          prefix.toUpperCase(Locale.ROOT) + DIGITS
        }) {
      assertThatThrownBy(() -> parse.apply(bad)).as(bad).isInstanceOf(KeyFormatException.class);
    }
  }

  @Test
  void rolesAreNeverEqual() {
    assertThat(NodeKey.of(BYTES)).isNotEqualTo(MachineKey.of(BYTES));
  }

  @Test
  void shortTextsAreTheOnesPeopleKnow() {
    byte[] bytes = Hex.bytes("50d20b455ecf12bc453f83c2cfdb2a24925d06cf2598dcaa54e91af82ce9f765");
    assertThat(NodeKey.of(bytes)).hasToString("[UNILR]");
    assertThat(MachineKey.of(bytes)).hasToString("[UNILR]");
    assertThat(DiscoKey.of(bytes)).hasToString("d:50d20b455ecf12bc");
  }

  @Test
  void tailnetLockKeysAreAlsoReadInTheFormForPeople() {
    assertThat(TailnetLockKey.parse("tlpub:" + DIGITS)).isEqualTo(TailnetLockKey.of(BYTES));
  }

  @Test
  void zeroStandsForNoKey() {
    assertThat(NodeKey.zero().isZero()).isTrue();
    assertThat(NodeKey.zero().text()).isEqualTo("nodekey:" + "00".repeat(32));
    assertThat(NodeKey.of(BYTES).isZero()).isFalse();
  }

  @Test
  void tryParseIsEmptyForBadText() {
    assertThat(NodeKey.tryParse("nodekey:")).isEmpty();
    assertThat(NodeKey.tryParse("nodekey:" + DIGITS)).contains(NodeKey.of(BYTES));
  }

  @Property
  void everyFactoryReadsTheSameBytes(@ForAll @Size(32) byte[] bytes) {
    byte[] framed = new byte[40];
    System.arraycopy(bytes, 0, framed, 5, 32);
    NodeKey key = NodeKey.of(bytes);
    assertThat(NodeKey.of(framed, 5)).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(NodeKey.ofSegment(MemorySegment.ofArray(framed), 5)).isEqualTo(key);
    assertThat(NodeKey.parse(key.text())).isEqualTo(key);
    assertThat(NodeKey.parseBase64(key.base64())).isEqualTo(key);
    assertThat(key.base64()).isEqualTo(Base64.getEncoder().encodeToString(bytes));
  }

  @Property
  void orderIsThatOfUnsignedBytes(@ForAll @Size(32) byte[] a, @ForAll @Size(32) byte[] b) {
    assertThat(Integer.signum(NodeKey.of(a).compareTo(NodeKey.of(b))))
        .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
    assertThat(NodeKey.of(a).equals(NodeKey.of(b))).isEqualTo(Arrays.equals(a, b));
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    assertThat(NodeKey.tryParse(text)).isEmpty();
    assertThat(NodeKey.tryParse("nodekey:" + text)).isEmpty();
  }

  @Test
  void refusesBytesOfOtherLengths() {
    assertThatThrownBy(() -> NodeKey.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NodeKey.of(new byte[40], 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static Arguments role(String prefix, RoleKey<?> key, Function<String, RoleKey<?>> parse) {
    return Arguments.of(prefix, key, parse);
  }
}
