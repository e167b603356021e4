package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class XChaCha20Poly1305Test {
  static List<Wycheproof.Vector> vectors() {
    return Wycheproof.read("xchacha20_poly1305_test.json");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void agreesWithWycheproof(Wycheproof.Vector vector) {
    byte[] key = vector.bytes("key");
    byte[] nonce = vector.bytes("iv");
    byte[] data = vector.bytes("aad");
    byte[] plain = vector.bytes("msg");
    byte[] sealed = Hex.bytes(Hex.text(vector.bytes("ct")) + Hex.text(vector.bytes("tag")));
    if (nonce.length != XChaCha20Poly1305.NONCE_LENGTH) {
      assertThatThrownBy(() -> XChaCha20Poly1305.open(key, nonce, data, sealed))
          .isInstanceOf(IllegalArgumentException.class);
    } else if (vector.isInvalid()) {
      assertThat(XChaCha20Poly1305.open(key, nonce, data, sealed)).isEmpty();
    } else {
      assertThat(XChaCha20Poly1305.seal(key, nonce, data, plain)).isEqualTo(sealed);
      assertThat(XChaCha20Poly1305.open(key, nonce, data, sealed)).contains(plain);
    }
  }

  /** draft-irtf-cfrg-xchacha-03, section 2.2.1. */
  @Test
  void derivesTheSubkeyOfTheDraft() {
    byte[] nonce24 = Hex.bytes("000000090000004a0000000031415927" + "00".repeat(8));
    assertThat(Hex.text(XChaCha20Poly1305.hchacha20(Hex.sequence(0, 32), nonce24)))
        .isEqualTo("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
  }

  /** A cookie reply computed from the WireGuard paper, section 5.4.7. */
  @Test
  void sealsAWireGuardCookie() {
    byte[] cookieKey =
        Hex.bytes("938c1de9d5d2d5d98c6e1c5723aedb083f0a17bad4a87a535f0f385f0003ed8b");
    byte[] mac1 = Hex.bytes("db339edb511765b56b7db9073570f1aa");
    byte[] sealed =
        XChaCha20Poly1305.seal(cookieKey, Hex.sequence(0, 24), mac1, Hex.sequence(0xf0, 16));
    assertThat(Hex.text(sealed))
        .isEqualTo("03390131423184c1f822900c259ce5652fcb6cb1c8c9b4037aa92fc80361cb41");
    assertThat(XChaCha20Poly1305.open(cookieKey, Hex.sequence(0, 24), mac1, sealed))
        .contains(Hex.sequence(0xf0, 16));
  }
}
