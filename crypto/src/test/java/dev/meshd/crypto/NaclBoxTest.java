package dev.meshd.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NaclBoxTest {
  /** The vector of NaCl's tests/box.c and tests/scalarmult*.c. */
  @Test
  void sealsThePublishedVector() {
    byte[] alicePrivate =
        Hex.bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    byte[] bobPublic =
        Hex.bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    byte[] nonce = Hex.bytes("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    String plain =
        """
        be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c6129
        6cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde
        048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705
        """;
    String sealed =
        """
        f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186a
        c0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae
        90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74
        e355a5
        """;
    try (var key = NaclBox.precompute(alicePrivate, bobPublic)) {
      assertThat(Hex.text(key.bytes()))
          .isEqualTo("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
      assertThat(key.seal(nonce, Hex.bytes(plain))).isEqualTo(Hex.bytes(sealed));
      assertThat(key.open(nonce, Hex.bytes(sealed))).contains(Hex.bytes(plain));
    }
  }

  @Test
  void sealsAPathDiscoveryPing() {
    var a = DiscoPrivateKey.of(Hex.sequence(0, 32));
    var b = DiscoPrivateKey.of(Hex.sequence(0x20, 32));
    byte[] nonce = Hex.sequence(0x40, 24);
    byte[] ping =
        Hex.bytes(
            """
            0100a0a1a2a3a4a5a6a7a8a9aaabc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf
            """);
    byte[] sealed =
        Hex.bytes(
            """
            2daa307542f186f1f9ea3e7189b49617bf35e02f6f29997105f433cb07d3b89aa1e6825e833a286beb9c397d449043
            3a0fb22234effe8ae7fb7fe60772ec
            """);
    assertThat(a.publicKey().hex())
        .isEqualTo("8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f");
    assertThat(b.publicKey().hex())
        .isEqualTo("358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254");
    try (var aToB = a.box(b.publicKey());
        var bToA = b.box(a.publicKey())) {
      assertThat(Hex.text(aToB.bytes()))
          .isEqualTo("429b61f5d96e37268dfc5114849d599c9ceabffdb68c1f52cd0499af30f5b377");
      assertThat(aToB.seal(nonce, ping)).isEqualTo(sealed);
      assertThat(bToA.open(nonce, sealed)).contains(ping);
    }
  }

  @Test
  void sealsARelayLogin() {
    var server =
        NodePrivateKey.parse(
            "privkey:0002030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f60");
    var client =
        NodePrivateKey.parse(
            "privkey:4042434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60");
    try (var key = client.box(server.publicKey())) {
      assertThat(
              key.seal(
                  Hex.sequence(0xa0, 24),
                  "{\"version\":2,\"CanAckPings\":true}".getBytes(US_ASCII)))
          .isEqualTo(
              Hex.bytes(
                  """
                  6cffec82736cd2129b825def91dab6667dfbbfe74feceee2842379acdf7acb5bb387740e0e27b6d3d9ab25945f3ffc3f
                  """));
    }
  }

  @Property(tries = 200)
  void opensWhatItSealsAndNothingElse(
      @ForAll @Size(max = 300) byte[] plain, @ForAll int changed, @ForAll byte difference) {
    try (var key = NaclBox.precompute(Hex.sequence(1, 32), X25519.publicKey(Hex.sequence(9, 32)))) {
      byte[] nonce = Hex.sequence(7, 24);
      byte[] sealed = key.seal(nonce, plain);
      assertThat(key.open(nonce, sealed)).contains(plain);
      sealed[Math.floorMod(changed, sealed.length)] ^= difference == 0 ? 1 : difference;
      assertThat(key.open(nonce, sealed)).isEmpty();
    }
  }

  @Test
  void refusesTextsShorterThanATag() {
    try (var key = NaclBox.precompute(Hex.sequence(1, 32), X25519.publicKey(Hex.sequence(9, 32)))) {
      for (int length = 0; length < NaclBox.TAG_LENGTH; length++) {
        assertThat(key.open(new byte[24], new byte[length])).isEmpty();
      }
    }
  }

  @Test
  void refusesAPeerKeyOfSmallOrder() {
    assertThatThrownBy(() -> DiscoPrivateKey.generate().box(DiscoKey.zero()))
        .isInstanceOf(WeakKeyException.class);
  }

  @Test
  void refusesUseAfterClosing() {
    var key = NaclBox.precompute(Hex.sequence(1, 32), X25519.publicKey(Hex.sequence(9, 32)));
    key.close();
    assertThatThrownBy(() -> key.seal(new byte[24], new byte[0]))
        .isInstanceOf(IllegalStateException.class);
  }
}
