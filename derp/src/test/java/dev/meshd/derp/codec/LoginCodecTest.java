package dev.meshd.derp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LoginCodecTest {
  private static final NodePrivateKey SERVER =
      key("0002030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f60");
  private static final NodePrivateKey CLIENT =
      key("4042434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60");
  private static final String SERVER_PUBLIC =
      "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c";
  private static final String CLIENT_PUBLIC =
      "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d48466";

  private static final String SERVER_KEY_FRAME = "0100000028" + "44455250f09f9491" + SERVER_PUBLIC;
  private static final String CLIENT_INFO_FRAME =
      "0200000068"
          + CLIENT_PUBLIC
          + "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7"
          + "6cffec82736cd2129b825def91dab6667dfbbfe74feceee2842379acdf7acb5b"
          + "b387740e0e27b6d3d9ab25945f3ffc3f";
  private static final String SERVER_INFO_FRAME =
      "0300000035"
          + "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7"
          + "19e6b9c203327451f267124ec8d07d84d62c7c1b97f1bb18cbbfe8b602";

  @Test
  void serverKeyIsTheKnownVector() {
    assertThat(LoginCodec.serverKey(SERVER.publicKey())).isEqualTo(hex(SERVER_KEY_FRAME));
    assertThat(LoginCodec.parseServerKey(payload(SERVER_KEY_FRAME))).contains(SERVER.publicKey());
  }

  @Test
  void clientInfoIsTheKnownVector() {
    byte[] frame =
        LoginCodec.clientInfo(CLIENT, SERVER.publicKey(), ClientInfo.node(), counting(0xa0));
    assertThat(frame).isEqualTo(hex(CLIENT_INFO_FRAME));
    var login = LoginCodec.parseClientInfo(SERVER, payload(CLIENT_INFO_FRAME)).orElseThrow();
    assertThat(login.key()).isEqualTo(CLIENT.publicKey());
    assertThat(login.info()).isEqualTo(ClientInfo.node());
  }

  @Test
  void serverInfoIsTheKnownVector() {
    byte[] frame =
        LoginCodec.serverInfo(SERVER, CLIENT.publicKey(), ServerInfo.unlimited(), counting(0xc0));
    assertThat(frame).isEqualTo(hex(SERVER_INFO_FRAME));
    assertThat(LoginCodec.parseServerInfo(CLIENT, SERVER.publicKey(), payload(SERVER_INFO_FRAME)))
        .contains(ServerInfo.unlimited());
  }

  @Test
  void serverKeyMayBeLongerButNotShorterAndNeedsItsMagic() {
    assertThat(LoginCodec.parseServerKey(payload(SERVER_KEY_FRAME + "00".repeat(20)))).isPresent();
    byte[] frame = hex(SERVER_KEY_FRAME);
    assertThat(LoginCodec.parseServerKey(ByteBuffer.wrap(frame, 5, 39).slice())).isEmpty();
    frame[6] ^= 1;
    assertThat(LoginCodec.parseServerKey(ByteBuffer.wrap(frame, 5, 40).slice())).isEmpty();
  }

  @Test
  void refusesATamperedBoxAndOneForAnotherServer() {
    byte[] tampered = hex(CLIENT_INFO_FRAME);
    tampered[tampered.length - 1] ^= 1;
    assertThat(LoginCodec.parseClientInfo(SERVER, ByteBuffer.wrap(tampered, 5, 104).slice()))
        .isEmpty();
    assertThat(LoginCodec.parseClientInfo(NodePrivateKey.generate(), payload(CLIENT_INFO_FRAME)))
        .isEmpty();
  }

  @Test
  void refusesTheZeroKeyAndKeysOfSmallOrder() {
    byte[] zero = hex(CLIENT_INFO_FRAME);
    Arrays.fill(zero, 5, 37, (byte) 0);
    assertThat(LoginCodec.parseClientInfo(SERVER, ByteBuffer.wrap(zero, 5, 104).slice())).isEmpty();
    zero[5] = 1;
    assertThat(LoginCodec.parseClientInfo(SERVER, ByteBuffer.wrap(zero, 5, 104).slice())).isEmpty();
  }

  @Test
  void readsNamesWithoutRegardToCaseAndSkipsUnknownOnes() {
    assertThat(loginWith("{\"Version\":2,\"canackpings\":true,\"New\":{\"a\":[1]}}"))
        .contains(ClientInfo.node());
  }

  @Test
  void refusesWhatIsNotTheJsonExpected() {
    assertThat(loginWith("{")).isEmpty();
    assertThat(loginWith("null")).isEmpty();
    assertThat(loginWith("[]")).isEmpty();
    assertThat(loginWith("{\"version\":\"two\"}")).isEmpty();
  }

  @Test
  void meshKeyMustBeOneIfItIsThere() {
    assertThat(loginWith("{\"meshKey\":\"" + "ab".repeat(32) + "\"}")).isPresent();
    assertThat(loginWith("{\"meshKey\":\"" + "ab".repeat(31) + "\"}")).isEmpty();
    assertThat(loginWith("{\"meshKey\":\"\"}")).isEmpty();
    assertThat(loginWith("{\"meshKey\":\"" + "xy".repeat(32) + "\"}")).isEmpty();
  }

  @Property
  void neverThrowsOnAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    assertThatCode(
            () -> {
              LoginCodec.parseServerKey(ByteBuffer.wrap(bytes));
              LoginCodec.parseClientInfo(SERVER, ByteBuffer.wrap(bytes));
              LoginCodec.parseServerInfo(CLIENT, SERVER.publicKey(), ByteBuffer.wrap(bytes));
            })
        .doesNotThrowAnyException();
  }

  private static java.util.Optional<ClientInfo> loginWith(String json) {
    byte[] nonce = new byte[24];
    byte[] box =
        dev.meshd.crypto.NaclBox.precompute(CLIENT.bytes(), SERVER.publicKey().bytes())
            .seal(nonce, json.getBytes(StandardCharsets.UTF_8));
    ByteBuffer payload = ByteBuffer.allocate(32 + 24 + box.length);
    payload.put(CLIENT.publicKey().bytes()).put(nonce).put(box).flip();
    return LoginCodec.parseClientInfo(SERVER, payload).map(LoginCodec.ClientLogin::info);
  }

  private static SecureRandomSource counting(int from) {
    return target -> {
      for (int i = 0; i < target.length; i++) {
        target[i] = (byte) (from + i);
      }
    };
  }

  private static NodePrivateKey key(String text) {
    return NodePrivateKey.of(hex(text));
  }

  private static ByteBuffer payload(String frame) {
    byte[] bytes = hex(frame);
    return ByteBuffer.wrap(bytes, 5, bytes.length - 5).slice();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  @Test
  void keysOfTheVectorsBelongTogether() {
    assertThat(SERVER.publicKey()).isEqualTo(NodeKey.of(hex(SERVER_PUBLIC)));
    assertThat(CLIENT.publicKey()).isEqualTo(NodeKey.of(hex(CLIENT_PUBLIC)));
  }
}
