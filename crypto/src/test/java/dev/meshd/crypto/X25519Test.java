package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class X25519Test {
  private static final String ALICE_PRIVATE =
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
  private static final String BOB_PRIVATE =
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";

  static List<Wycheproof.Vector> vectors() {
    return Wycheproof.read("x25519_test.json");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void agreesWithWycheproof(Wycheproof.Vector vector) {
    byte[] shared = vector.bytes("shared");
    if (Hex.text(shared).equals("00".repeat(32))) {
      assertThatThrownBy(() -> X25519.agree(vector.bytes("private"), vector.bytes("public")))
          .isInstanceOf(WeakKeyException.class);
    } else {
      assertThat(X25519.agree(vector.bytes("private"), vector.bytes("public"))).isEqualTo(shared);
    }
  }

  @Test
  void multipliesAsInRfc7748Section5() {
    assertThat(
            agree(
                "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
        .isEqualTo("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    assertThat(
            agree(
                "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"))
        .isEqualTo("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
  }

  @Test
  void iteratesAsInRfc7748Section5() {
    byte[] k = Hex.bytes("09" + "00".repeat(31));
    byte[] u = k.clone();
    for (int i = 1; i <= 1000; i++) {
      byte[] next = X25519.agree(k, u);
      u = k;
      k = next;
      if (i == 1) {
        assertThat(Hex.text(k))
            .isEqualTo("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
      }
    }
    assertThat(Hex.text(k))
        .isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
  }

  @Test
  void exchangesKeysAsInRfc7748Section6() {
    byte[] alicePublic = X25519.publicKey(Hex.bytes(ALICE_PRIVATE));
    byte[] bobPublic = X25519.publicKey(Hex.bytes(BOB_PRIVATE));
    String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

    assertThat(Hex.text(alicePublic))
        .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assertThat(Hex.text(bobPublic))
        .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    assertThat(agree(ALICE_PRIVATE, Hex.text(bobPublic))).isEqualTo(shared);
    assertThat(agree(BOB_PRIVATE, Hex.text(alicePublic))).isEqualTo(shared);
  }

  @Test
  void refusesKeysOfOtherLengths() {
    assertThatThrownBy(() -> X25519.agree(new byte[31], new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> X25519.agree(new byte[32], new byte[33]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String agree(String privateKey, String publicKey) {
    return Hex.text(X25519.agree(Hex.bytes(privateKey), Hex.bytes(publicKey)));
  }
}
