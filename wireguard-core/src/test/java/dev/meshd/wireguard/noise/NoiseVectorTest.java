package dev.meshd.wireguard.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.ChaCha20Poly1305;
import dev.meshd.crypto.NodePrivateKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The published vector of {@code Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s}, by the cacophony
 * implementation of Noise: WireGuard's handshake with another prologue and with payloads in both
 * messages.
 *
 * @see <a href="https://github.com/haskell-cryptography/cacophony">cacophony, vectors</a>
 */
class NoiseVectorTest {
  private static final byte[] PROLOGUE = hex("4a6f686e2047616c74");
  private static final byte[] PSK =
      hex("54686973206973206d7920417573747269616e20706572737065637469766521");
  private static final NodePrivateKey INITIATOR =
      key("e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1");
  private static final NodePrivateKey INITIATOR_EPHEMERAL =
      key("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a");
  private static final NodePrivateKey RESPONDER =
      key("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893");
  private static final NodePrivateKey RESPONDER_EPHEMERAL =
      key("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b");

  @Test
  void handshakeAndTransportAreThoseOfTheVector() {
    byte[] responderStatic = RESPONDER.publicKey().bytes();
    byte[] ephemeral = INITIATOR_EPHEMERAL.publicKey().bytes();
    SymmetricState initiator = SymmetricState.forResponder(PROLOGUE, responderStatic);
    initiator.mixKey(ephemeral);
    initiator.mixHash(ephemeral);
    byte[] sealedStatic =
        initiator.mixSecretAndSeal(
            INITIATOR_EPHEMERAL.agree(responderStatic), INITIATOR.publicKey().bytes());
    byte[] sealedPayload =
        initiator.mixSecretAndSeal(
            INITIATOR.agree(responderStatic), hex("4c756477696720766f6e204d69736573"));
    assertThat(text(ephemeral) + text(sealedStatic) + text(sealedPayload))
        .isEqualTo(
            "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
                + "001e21de9f98ddd8e2ad57527207feb56253c9c94a9e496782ecfcb2a75fbcaf"
                + "1b52948cc48daefe660c62119ab50009"
                + "80c84831215f2441eba616548e832985464cf17e51ee93109008399a21f7e13f");

    byte[] answer = RESPONDER_EPHEMERAL.publicKey().bytes();
    SymmetricState responder = initiator.copy(); // both have hashed the same
    responder.mixHash(answer);
    responder.mixKey(answer);
    responder.mixSecret(RESPONDER_EPHEMERAL.agree(ephemeral));
    responder.mixSecret(RESPONDER_EPHEMERAL.agree(INITIATOR.publicKey().bytes()));
    byte[] sealedAnswer = responder.mixPskAndSeal(PSK, hex("4d757272617920526f746862617264"));
    assertThat(text(answer) + text(sealedAnswer))
        .isEqualTo(
            "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
                + "cb765f2caef0751b8f007572dab0322217755c0632f365717edbf34d33e87a");

    initiator.mixHash(answer);
    initiator.mixKey(answer);
    initiator.mixSecret(INITIATOR_EPHEMERAL.agree(answer));
    initiator.mixSecret(INITIATOR.agree(answer));
    assertThat(initiator.mixPskAndOpen(PSK, sealedAnswer))
        .contains(hex("4d757272617920526f746862617264"));
    assertThat(text(initiator.hash()))
        .isEqualTo("f5191b875290abcd41347ac3622d9679688a7e980229cb937ef748336cfde0e5");

    byte[][] keys = initiator.splitAndWipe();
    assertThat(text(keys[0])).isEqualTo(text(responder.splitAndWipe()[0]));
    assertSealed(
        keys[0],
        0,
        "462e20412e20486179656b",
        "8153ca9833bc3c1b91a7e66e5f4d4f5b59bf9e64c2f20d15f0bba7");
    assertSealed(
        keys[1],
        0,
        "4361726c204d656e676572",
        "07af0c9c86e1b4e80f36b04ff7688d51141af3debd0332f0a705ef");
    assertSealed(
        keys[0],
        1,
        "4a65616e2d426170746973746520536179",
        "6ab1467c0448cc78394494abaaf23afce0e234315d6e2624dcbfa8a21c1c4d073d");
    assertSealed(
        keys[1],
        1,
        "457567656e2042f6686d20766f6e2042617765726b",
        "dfc346c0d2296ae6cf1acf6f12b8456a1dba228cf8d8b774aacf1c47fc53aa80ebc7a4c292");
  }

  private static void assertSealed(byte[] key, long counter, String plain, String sealed) {
    byte[] nonce =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putLong(counter).array();
    assertThat(text(ChaCha20Poly1305.seal(key, nonce, new byte[0], hex(plain)))).isEqualTo(sealed);
  }

  private static NodePrivateKey key(String hex) {
    return NodePrivateKey.of(hex(hex));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
