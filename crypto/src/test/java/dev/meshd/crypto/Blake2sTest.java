package dev.meshd.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class Blake2sTest {
  @Test
  void hashesAbcAsInRfc7693AppendixB() {
    assertThat(Hex.text(Blake2s.hash("abc".getBytes(US_ASCII))))
        .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
  }

  /** RFC 7693, appendix E: a hash over hashes, keyed and not, of many lengths. */
  @Test
  void passesTheSelfTestOfRfc7693AppendixE() {
    var all = new ByteArrayOutputStream();
    for (int outputLength : new int[] {16, 20, 28, 32}) {
      for (int inputLength : new int[] {0, 3, 64, 65, 255, 1024}) {
        byte[] input = selfTestSequence(inputLength);
        byte[] key = selfTestSequence(outputLength);
        all.writeBytes(Blake2s.mac(new byte[0], outputLength, input));
        all.writeBytes(Blake2s.mac(key, outputLength, input));
      }
    }
    assertThat(Hex.text(Blake2s.hash(all.toByteArray())))
        .isEqualTo("6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe");
  }

  @Test
  void hashesPartsAsOneString() {
    byte[] whole = Hex.sequence(0, 200);
    assertThat(Blake2s.hash(Hex.sequence(0, 63), new byte[0], Hex.sequence(63, 137)))
        .isEqualTo(Blake2s.hash(whole));
  }

  @Test
  void shortMacIsNotACutLongOne() {
    byte[] key = Hex.sequence(0, 32);
    byte[] longMac = Blake2s.mac(key, 32, key);
    assertThat(Hex.text(longMac)).doesNotStartWith(Hex.text(Blake2s.mac(key, 16, key)));
  }

  @Test
  void derivesTheInitialStateOfWireGuard() {
    byte[] construction = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s".getBytes(US_ASCII);
    byte[] identifier = "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(US_ASCII);
    byte[] chainingKey = Blake2s.hash(construction);
    assertThat(Hex.text(chainingKey))
        .isEqualTo("60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36");
    assertThat(Hex.text(Blake2s.hash(chainingKey, identifier)))
        .isEqualTo("2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3");
  }

  private static byte[] selfTestSequence(int length) {
    byte[] sequence = new byte[length];
    int a = 0xDEAD4BAD * length;
    int b = 1;
    for (int i = 0; i < length; i++) {
      int t = a + b;
      a = b;
      b = t;
      sequence[i] = (byte) (t >>> 24);
    }
    return sequence;
  }
}
