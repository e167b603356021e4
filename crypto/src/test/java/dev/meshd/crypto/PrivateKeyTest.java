package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PrivateKeyTest {
  private static final String PRIVATE =
      "privkey:40ab1b58e9076c7a4d9d07291f5edf9d1aa017eb949624ba683317f48a640369";

  /** The pair of tailscale's types/key/node_test.go. */
  @Test
  void derivesThePublishedPublicKey() {
    assertThat(NodePrivateKey.parse(PRIVATE).publicKey().text())
        .isEqualTo("nodekey:50d20b455ecf12bc453f83c2cfdb2a24925d06cf2598dcaa54e91af82ce9f765");
    assertThat(MachinePrivateKey.parse(PRIVATE).publicKey().text())
        .isEqualTo("mkey:50d20b455ecf12bc453f83c2cfdb2a24925d06cf2598dcaa54e91af82ce9f765");
    assertThat(DiscoPrivateKey.parse(PRIVATE).publicKey().text())
        .isEqualTo("discokey:50d20b455ecf12bc453f83c2cfdb2a24925d06cf2598dcaa54e91af82ce9f765");
    assertThat(NodePrivateKey.parse(PRIVATE).text()).isEqualTo(PRIVATE);
  }

  @Test
  void clampsWhatItIsGiven() {
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    byte[] clamped = MachinePrivateKey.of(ones).bytes();
    assertThat(clamped[0]).isEqualTo((byte) 0xf8);
    assertThat(clamped[31]).isEqualTo((byte) 0x7f);
    assertThat(ones).containsOnly(0xff);
  }

  @Test
  void bothSidesAgree() {
    var a = NodePrivateKey.generate();
    var b = NodePrivateKey.generate();
    assertThat(a.agree(b.publicKey())).isEqualTo(b.agree(a.publicKey().bytes()));
    assertThatThrownBy(() -> a.agree(NodeKey.zero())).isInstanceOf(WeakKeyException.class);
  }

  @Test
  void generatesFromTheGivenSource() {
    SecureRandomSource fixed = target -> Arrays.fill(target, (byte) 7);
    assertThat(NodePrivateKey.generate(fixed).publicKey())
        .isEqualTo(NodePrivateKey.generate(fixed).publicKey())
        .isNotEqualTo(NodePrivateKey.generate().publicKey());
  }

  @Test
  void isUnusableOnceWiped() {
    var key = NodePrivateKey.parse(PRIVATE);
    key.close();
    key.close();
    assertThatThrownBy(key::bytes).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(key::text).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> key.agree(NodeKey.of(Hex.sequence(9, 32))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(key.publicKey().isZero()).isFalse();
  }

  @Test
  void takenArraysAreWiped() {
    byte[] secret = Hex.sequence(1, 32);
    SecretBytes.taking(secret);
    assertThat(secret).containsOnly(0);
  }

  @Test
  void showsNothingOfTheSecret() {
    assertThat(NodePrivateKey.parse(PRIVATE)).hasToString("private key of [UNILR]");
    assertThat(PresharedKey.generate()).hasToString("(preshared key)");
    assertThatThrownBy(() -> NodePrivateKey.parse(PRIVATE.substring(0, 71) + "x"))
        .isInstanceOf(KeyFormatException.class)
        .message()
        .doesNotContain("40ab");
  }

  @Property(tries = 50)
  void base64IsThatOfWireGuard(@ForAll @Size(32) byte[] bytes) {
    var key = PresharedKey.of(bytes);
    assertThat(key.base64()).isEqualTo(Base64.getEncoder().encodeToString(bytes));
    assertThat(PresharedKey.parseBase64(key.base64())).isEqualTo(key).hasSameHashCodeAs(key);
    var node = NodePrivateKey.of(bytes);
    assertThat(NodePrivateKey.parseBase64(node.base64()).publicKey()).isEqualTo(node.publicKey());
  }

  @Property
  void arbitraryTextIsRefused(@ForAll String text) {
    assertThatThrownBy(() -> PresharedKey.parseBase64(text)).isInstanceOf(KeyFormatException.class);
  }

  @Test
  void refusesBase64ThatIsNotCanonical() {
    String good = Base64.getEncoder().encodeToString(new byte[32]);
    for (String bad :
        new String[] {
          good.substring(0, 42) + "B=", // two unused bits set
          good.substring(0, 43),
          good.replace('=', 'A'),
          "-" + good.substring(1),
          good + "\n"
        }) {
      assertThatThrownBy(() -> PresharedKey.parseBase64(bad))
          .as(bad)
          .isInstanceOf(KeyFormatException.class);
    }
  }

  @Test
  void zeroPresharedKeyMeansNone() {
    assertThat(PresharedKey.zero().isZero()).isTrue();
    PresharedKey.zero().close();
    assertThat(PresharedKey.zero().bytes()).containsOnly(0);
    assertThat(PresharedKey.of(new byte[32])).isEqualTo(PresharedKey.zero());
    assertThat(PresharedKey.generate()).isNotEqualTo(PresharedKey.generate());
  }

  @Test
  void seededJitterRepeats() {
    var a = JitterSource.seeded(42);
    var b = JitterSource.seeded(42);
    for (int i = 0; i < 100; i++) {
      assertThat(a.nextInt()).isEqualTo(b.nextInt());
      assertThat(a.below(10)).isEqualTo(b.below(10)).isBetween(0L, 9L);
      assertThat(JitterSource.system().below(3)).isBetween(0L, 2L);
    }
  }
}
