package dev.meshd.magicsock.disco;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.packet.Endpoint;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Datagrams computed with an independent NaCl implementation. */
class DiscoVectorsTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final DiscoPrivateKey A = DiscoPrivateKey.of(counting(0x00, 32));
  private static final DiscoPrivateKey B = DiscoPrivateKey.of(counting(0x20, 32));
  private static final TxId TX = TxId.read(counting(0xa0, 12), 0);

  private static final String PING_DATAGRAM =
      "5453f09f92ac8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"
          + "404142434445464748494a4b4c4d4e4f5051525354555657"
          + "2daa307542f186f1f9ea3e7189b49617bf35e02f6f29997105f433cb07d3b89aa1e6825e833a286beb9c3"
          + "97d4490433a0fb22234effe8ae7fb7fe60772ec";
  private static final String PONG_DATAGRAM =
      "5453f09f92ac358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
          + "606162636465666768696a6b6c6d6e6f7071727374757677"
          + "0a1d282ec641833c6eaafcfcbe3aba993757d374954a26020c550ee192c25e631a66ea069234f011aae93"
          + "adeb8a8cca3";

  private static final DiscoMessage PING =
      new DiscoMessage.Ping(TX, Optional.of(NodeKey.of(counting(0xc0, 32))), 0);
  private static final DiscoMessage PONG =
      new DiscoMessage.Pong(TX, Endpoint.parse("192.0.2.33:41641"));

  @Test
  void sealsAPing() {
    DiscoBox box = new DiscoBox(A, SecureRandomSource.system());
    assertThat(box.seal(B.publicKey(), DiscoCodec.encode(PING), counting(0x40, 24)))
        .hasValueSatisfying(
            datagram -> assertThat(HEX.formatHex(datagram)).isEqualTo(PING_DATAGRAM));
  }

  @Test
  void sealsAPong() {
    DiscoBox box = new DiscoBox(B, SecureRandomSource.system());
    assertThat(box.seal(A.publicKey(), DiscoCodec.encode(PONG), counting(0x60, 24)))
        .hasValueSatisfying(
            datagram -> assertThat(HEX.formatHex(datagram)).isEqualTo(PONG_DATAGRAM));
  }

  @Test
  void opensBoth() {
    byte[] ping = HEX.parseHex(PING_DATAGRAM);
    byte[] pong = HEX.parseHex(PONG_DATAGRAM);
    assertThat(DiscoEnvelope.sender(ping)).contains(A.publicKey());
    assertThat(new DiscoBox(B, SecureRandomSource.system()).open(A.publicKey(), ping))
        .contains(PING);
    assertThat(new DiscoBox(A, SecureRandomSource.system()).open(B.publicKey(), pong))
        .contains(PONG);
  }

  @Test
  void encodesACallMeMaybe() {
    DiscoMessage call =
        new DiscoMessage.CallMeMaybe(
            List.of(Endpoint.parse("198.51.100.7:3478"), Endpoint.parse("[2001:db8::1]:65535")));
    byte[] plain = DiscoCodec.encode(call);
    assertThat(HEX.formatHex(plain))
        .isEqualTo(
            "030000000000000000000000ffffc63364070d96" + "20010db8000000000000000000000001ffff");
    assertThat(DiscoCodec.decode(plain)).contains(call);
  }

  static byte[] counting(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }
}
