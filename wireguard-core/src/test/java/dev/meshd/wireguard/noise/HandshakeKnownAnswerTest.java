package dev.meshd.wireguard.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * One complete handshake with fixed keys, against values computed by an independent implementation.
 * Private keys are runs of consecutive bytes.
 */
class HandshakeKnownAnswerTest {
  private static final String MESSAGE_1 =
      "0100000044332211883186b800b41d5cf0429695da9b3cc4f328ebcd184a6e482fa578c103f06c77fa6ff1a7"
          + "1203eaf305dc6260f1911ba7d914db25d127ce39ef62f6c6467fb8a777377a28376c744882e58802dabbe0882d2440df"
          + "1460a78f52929ae011fe789f31ad536c016f9ba5c6bed617db339edb511765b56b7db9073570f1aa"
          + "00000000000000000000000000000000";
  private static final String MESSAGE_2 =
      "0200000088776655443322113a553d74792d727efa9b9a4cde3da1ad93f1a2d0c09cb639b1a3c0fda14cbe24"
          + "b834868d774c6442ee8304dfc4cc5787c2f4a2f665daeaf6f6c5d1d8de4dc170"
          + "00000000000000000000000000000000";
  private static final String COOKIE_REPLY =
      "0300000044332211000102030405060708090a0b0c0d0e0f1011121314151617"
          + "03390131423184c1f822900c259ce5652fcb6cb1c8c9b4037aa92fc80361cb41";
  private static final String MAC2_WITH_COOKIE = "5889b699f9712702a1eec5abef989a48";

  private static final Tai64n TIMESTAMP =
      new Tai64n(0x400000000000000AL + 1_700_000_000L, 0x1d000000);
  private static final int INITIATOR_INDEX = 0x11223344;
  private static final int RESPONDER_INDEX = 0x55667788;

  private final LocalIdentity initiator = new LocalIdentity(privateKey(0x01));
  private final LocalIdentity responder = new LocalIdentity(privateKey(0x41));
  private final RemoteIdentity toResponder = new RemoteIdentity(initiator, responder.publicKey());
  private final RemoteIdentity toInitiator = new RemoteIdentity(responder, initiator.publicKey());
  private final CookieJar initiatorCookies = new CookieJar(responder.publicKey());

  @Test
  void initiationHasTheKnownBytes() {
    byte[] message = stampedInitiation(begin());

    assertThat(hex(message)).isEqualTo(MESSAGE_1);
    assertThat(MessageMacs.forReceiver(responder.publicKey()).verifiesMac1(message)).isTrue();
    assertThat(MessageMacs.forReceiver(initiator.publicKey()).verifiesMac1(message)).isFalse();
  }

  @Test
  void responseHasTheKnownBytesAndKeys() {
    ReceivedInitiation initiation = openKnownInitiation();
    ReceivedInitiation.Response response =
        initiation.respond(RESPONDER_INDEX, psk(), privateKey(0xc1)).orElseThrow();
    MessageMacs.forReceiver(initiator.publicKey())
        .stamp(response.message(), new CookieJar(initiator.publicKey()), 0);

    assertThat(hex(response.message())).isEqualTo(MESSAGE_2);
    assertThat(hex(response.keys().receiveKey()))
        .isEqualTo("b27a8c9cc39d02c5fdb8a57c3d71667681e589cce68da530a61d36decac95a3c");
    assertThat(hex(response.keys().sendKey()))
        .isEqualTo("d15515ff8393c2a7859de7b97f1a50aa71ae9bebb8687dc25dc316f0534467c8");
    assertThat(response.keys().remoteIndex()).isEqualTo(INITIATOR_INDEX);
  }

  @Test
  void initiatorReadsTheKnownResponse() {
    TransportKeys keys = begin().consumeResponse(bytes(MESSAGE_2), psk()).orElseThrow();

    assertThat(hex(keys.sendKey()))
        .isEqualTo("b27a8c9cc39d02c5fdb8a57c3d71667681e589cce68da530a61d36decac95a3c");
    assertThat(hex(keys.receiveKey()))
        .isEqualTo("d15515ff8393c2a7859de7b97f1a50aa71ae9bebb8687dc25dc316f0534467c8");
    assertThat(keys.remoteIndex()).isEqualTo(RESPONDER_INDEX);
  }

  @Test
  void withoutPresharedKeyTheKeyIsZero() {
    ReceivedInitiation.Response response =
        openKnownInitiation()
            .respond(RESPONDER_INDEX, PresharedKey.zero(), privateKey(0xc1))
            .orElseThrow();
    MessageMacs.forReceiver(initiator.publicKey())
        .stamp(response.message(), new CookieJar(initiator.publicKey()), 0);

    assertThat(hex(Arrays.copyOfRange(response.message(), 44, 60)))
        .isEqualTo("fffd5da40bc27fe08f9ec098a8b7b60a");
    assertThat(hex(Arrays.copyOfRange(response.message(), 60, 76)))
        .isEqualTo("d97212cc983b6b09ad5e7bb6c4ef21d9");
    assertThat(hex(response.keys().receiveKey()))
        .isEqualTo("68d9a7877b387087ae50d6ba04dbd0f8063ef17104cbe181ae30407e32d83dee");
    assertThat(hex(response.keys().sendKey()))
        .isEqualTo("81faf15f4c7bafeeac93edf3a0746b1c15bd06bfca5ea911d3abcaf7c5b6362a");
  }

  @Test
  void responseUnderAnotherPresharedKeyIsRefusedAndTheHandshakeGoesOn() {
    InitiatorHandshake handshake = begin();

    assertThat(handshake.consumeResponse(bytes(MESSAGE_2), PresharedKey.zero())).isEmpty();
    assertThat(handshake.consumeResponse(bytes(MESSAGE_2), psk())).isPresent();
  }

  @Test
  void cookieOfTheReplyGoesIntoMac2For120Seconds() {
    stampedInitiation(begin());
    long receivedNs = 1_000;
    assertThat(initiatorCookies.consume(bytes(COOKIE_REPLY), receivedNs)).isTrue();

    byte[] withCookie = begin().message();
    MessageMacs macs = MessageMacs.forReceiver(responder.publicKey());
    macs.stamp(withCookie, initiatorCookies, receivedNs + 119_999_999_999L);
    assertThat(hex(Arrays.copyOfRange(withCookie, 132, 148))).isEqualTo(MAC2_WITH_COOKIE);

    byte[] afterwards = begin().message();
    macs.stamp(afterwards, initiatorCookies, receivedNs + 120_000_000_000L);
    assertThat(hex(afterwards)).isEqualTo(MESSAGE_1);
  }

  @Test
  void cookieReplyHasTheKnownBytes() {
    CookieIssuer issuer =
        new CookieIssuer(responder.publicKey(), dev.meshd.crypto.SecureRandomSource.system());
    byte[] nonce = Arrays.copyOf(consecutive(0x00), 24);
    byte[] cookie = Arrays.copyOf(consecutive(0xf0), 16);
    assertThat(hex(issuer.seal(bytes(MESSAGE_1), nonce, cookie))).isEqualTo(COOKIE_REPLY);
  }

  /** The hash after each step, so that a deviation shows where it begins. */
  @Test
  void hashesHaveTheKnownValues() {
    byte[] ephemeral = privateKey(0x81).publicKey().bytes();
    SymmetricState state = SymmetricState.forResponder(responder.publicBytes());
    assertHash(state, "279701eb196fa4a7abd353e9776c73af7e0d6cc0011795acf701de3e608dd5e2");
    state.mixKey(ephemeral);
    state.mixHash(ephemeral);
    assertHash(state, "0fd8fcb5c8944b08bb1cb33b3bd390f65c4408900a7e18176c82aeea9828aa22");
    state.mixSecretAndSeal(
        privateKey(0x81).agree(responder.publicBytes()), initiator.publicBytes());
    assertHash(state, "be001f924033f732998fa614006469eaf53418226edeff0420cf9dd9891f7600");
    state.mixSecretAndSeal(toResponder.staticSecret(), TIMESTAMP.encode());
    assertHash(state, "8f776c689761a169e9254219d9b7483107313dc747a5fb7df4d2ad0c0895ac61");

    byte[] answer = privateKey(0xc1).publicKey().bytes();
    state.mixHash(answer);
    state.mixKey(answer);
    state.mixSecret(privateKey(0xc1).agree(ephemeral));
    state.mixSecret(privateKey(0xc1).agree(initiator.publicBytes()));
    SymmetricState withoutPsk = state.copy();
    state.mixPskAndSeal(consecutive(0x00), SymmetricState.EMPTY);
    assertHash(state, "6baa437558463d683698eebf6cf21d458be66343f88273033005acab01ff1797");
    withoutPsk.mixPskAndSeal(new byte[32], SymmetricState.EMPTY);
    assertHash(withoutPsk, "d17a4b467c7b0554cf0589933f1ee4d83f0e74da9244aef447274e3cddcd62d0");
  }

  private static void assertHash(SymmetricState state, String expected) {
    assertThat(hex(state.hash())).isEqualTo(expected);
  }

  @Test
  void cookieReplyIsRefusedWithoutAMessageItAnswersAndWhenForged() {
    assertThat(initiatorCookies.consume(bytes(COOKIE_REPLY), 0)).isFalse();

    stampedInitiation(begin());
    byte[] forged = bytes(COOKIE_REPLY);
    forged[63] ^= 1;
    assertThat(initiatorCookies.consume(forged, 0)).isFalse();
    assertThat(initiatorCookies.consume(bytes(COOKIE_REPLY), 0)).isTrue();
    assertThat(initiatorCookies.consume(bytes(COOKIE_REPLY), 0)).isFalse();
  }

  @Test
  void lowOrderStaticKeyMakesAPeerWeak() {
    RemoteIdentity weak = new RemoteIdentity(initiator, dev.meshd.crypto.NodeKey.of(new byte[32]));
    assertThat(weak.isWeak()).isTrue();
  }

  @Test
  void lowOrderEphemeralKeyIsRefused() {
    byte[] initiation = bytes(MESSAGE_1);
    Arrays.fill(initiation, 8, 40, (byte) 0);
    assertThat(ReceivedInitiation.open(responder, initiation)).isEmpty();

    byte[] response = bytes(MESSAGE_2);
    Arrays.fill(response, 12, 44, (byte) 0);
    assertThat(begin().consumeResponse(response, psk())).isEmpty();
  }

  private InitiatorHandshake begin() {
    return InitiatorHandshake.begin(
        initiator, toResponder, INITIATOR_INDEX, TIMESTAMP, privateKey(0x81));
  }

  private byte[] stampedInitiation(InitiatorHandshake handshake) {
    byte[] message = handshake.message();
    MessageMacs.forReceiver(responder.publicKey()).stamp(message, initiatorCookies, 0);
    return message;
  }

  private ReceivedInitiation openKnownInitiation() {
    ReceivedInitiation initiation =
        ReceivedInitiation.open(responder, bytes(MESSAGE_1)).orElseThrow();
    assertThat(initiation.remoteStatic()).isEqualTo(initiator.publicKey());
    assertThat(initiation.openTimestamp(toInitiator)).contains(TIMESTAMP);
    return initiation;
  }

  private static PresharedKey psk() {
    return PresharedKey.of(consecutive(0x00));
  }

  private static NodePrivateKey privateKey(int first) {
    return NodePrivateKey.of(consecutive(first));
  }

  private static byte[] consecutive(int first) {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (first + i);
    }
    return key;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
