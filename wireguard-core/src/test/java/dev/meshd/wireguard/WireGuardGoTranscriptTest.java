package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.wireguard.noise.CookieIssuer;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.HandshakeLayout;
import dev.meshd.wireguard.noise.InitiatorHandshake;
import dev.meshd.wireguard.noise.KnownEphemerals;
import dev.meshd.wireguard.noise.LocalIdentity;
import dev.meshd.wireguard.noise.MessageMacs;
import dev.meshd.wireguard.noise.ReceivedInitiation;
import dev.meshd.wireguard.noise.RemoteIdentity;
import dev.meshd.wireguard.noise.Tai64n;
import dev.meshd.wireguard.noise.TransportKeys;
import dev.meshd.wireguard.transport.TransportLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What two devices of wireguard-go said to each other, said again by us: every message of either
 * side comes out byte for byte when we draw the same ephemeral keys, and is accepted by our other
 * side.
 */
class WireGuardGoTranscriptTest {
  private static final int MTU = 1420;

  /** One line of the resource: who said what, and what had been drawn at random for it. */
  record Event(String sender, String kind, byte[] message, List<byte[]> drawn) {}

  record Transcript(String name, List<byte[]> identity, List<Event> events) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One of the two sides, with what it remembers. */
  private static final class Side {
    final LocalIdentity local;
    final RemoteIdentity remote;
    final MessageMacs toRemote;
    final CookieJar cookies;
    final CookieIssuer issuer;
    byte[] lastHeard = {};
    Keypair keypair;

    Side(byte[] own, byte[] other) {
      local = new LocalIdentity(NodePrivateKey.of(own.clone()));
      remote = new RemoteIdentity(local, NodePrivateKey.of(other.clone()).publicKey());
      toRemote = MessageMacs.forReceiver(remote.publicKey());
      cookies = new CookieJar(remote.publicKey());
      issuer = new CookieIssuer(local.publicKey(), SecureRandomSource.system());
    }
  }

  private final MemorySegment slab = Arena.ofAuto().allocate(4096);
  private final VirtualPair pair = new VirtualPair();
  private Side initiator;
  private Side responder;
  private PresharedKey psk;
  private InitiatorHandshake handshake;
  private ReceivedInitiation received;

  @ParameterizedTest
  @MethodSource("transcripts")
  void everyMessageIsReproducedAndAccepted(Transcript transcript) {
    byte[] initiatorKey = transcript.identity().get(0);
    byte[] responderKey = transcript.identity().get(1);
    initiator = new Side(initiatorKey, responderKey);
    responder = new Side(responderKey, initiatorKey);
    psk = PresharedKey.of(transcript.identity().get(2));
    for (Event event : transcript.events()) {
      boolean byInitiator = event.sender().equals("initiator");
      Side sender = byInitiator ? initiator : responder;
      Side receiver = byInitiator ? responder : initiator;
      switch (event.kind()) {
        case "initiation" -> initiation(event);
        case "response" -> response(event);
        case "cookie-reply" -> cookieReply(event, sender, receiver);
        case "data" -> data(event, sender.keypair, receiver.keypair);
        default -> throw new AssertionError(event.kind());
      }
      receiver.lastHeard = event.message();
    }
    assertThat(initiator.keypair).isNotNull();
  }

  private void initiation(Event event) {
    handshake =
        KnownEphemerals.begin(
            initiator.local,
            initiator.remote,
            HandshakeLayout.senderIndex(event.message()),
            Tai64n.decode(event.drawn().get(1)),
            event.drawn().get(0));
    initiator.toRemote.stamp(handshake.message(), initiator.cookies, 0);
    assertSame(event, handshake.message());

    assertThat(new HandshakeScreen(responder.local.publicKey()).refuse(event.message())).isNull();
    received = ReceivedInitiation.open(responder.local, event.message()).orElseThrow();
    assertThat(received.remoteStatic()).isEqualTo(initiator.local.publicKey());
    assertThat(received.openTimestamp(responder.remote))
        .contains(Tai64n.decode(event.drawn().get(1)));
  }

  private void response(Event event) {
    int index = HandshakeLayout.senderIndex(event.message());
    ReceivedInitiation.Response response =
        KnownEphemerals.respond(received, index, psk, event.drawn().get(0)).orElseThrow();
    responder.toRemote.stamp(response.message(), responder.cookies, 0);
    assertSame(event, response.message());
    responder.keypair = keypair(pair.b, response.keys(), index, false);

    assertThat(new HandshakeScreen(initiator.local.publicKey()).refuse(event.message())).isNull();
    TransportKeys keys = handshake.consumeResponse(event.message(), psk).orElseThrow();
    initiator.keypair = keypair(pair.a, keys, handshake.localIndex(), true);
  }

  private void cookieReply(Event event, Side sender, Side receiver) {
    byte[] nonce = Arrays.copyOfRange(event.message(), 8, 32);
    byte[] cookie = event.drawn().getFirst();
    assertSame(event, KnownEphemerals.cookieReply(sender.issuer, sender.lastHeard, nonce, cookie));
    assertThat(receiver.cookies.consume(event.message(), 0)).isTrue();
  }

  private void data(Event event, Keypair sending, Keypair receiving) {
    byte[] inner = event.drawn().getFirst();
    int padded = TransportLayout.paddedLength(inner.length, MTU);
    slab.fill((byte) 0);
    MemorySegment.copy(
        inner, 0, slab, ValueLayout.JAVA_BYTE, TransportLayout.HEADER_LENGTH, inner.length);
    int length = sending.seal(slab, 0, padded);
    assertSame(event, slab.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    assertThat(receiving.open(slab, 0, length, pair.clock.nowNs)).isNull();
    assertThat(
            slab.asSlice(TransportLayout.HEADER_LENGTH, inner.length)
                .toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(inner);
  }

  private Keypair keypair(VirtualNode node, TransportKeys keys, int index, boolean ours) {
    return new Keypair(node.peer(), AeadEngine.JCA, keys, index, ours, pair.clock.nowNs);
  }

  private static void assertSame(Event event, byte[] ours) {
    assertThat(HexFormat.of().formatHex(ours))
        .as("%s of the %s", event.kind(), event.sender())
        .isEqualTo(HexFormat.of().formatHex(event.message()));
  }

  static List<Transcript> transcripts() throws IOException {
    List<Transcript> all = new ArrayList<>();
    var in = WireGuardGoTranscriptTest.class.getResourceAsStream("/wireguard-go-transcripts.txt");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        if (line.startsWith("transcript ")) {
          all.add(
              new Transcript(
                  line.substring("transcript ".length()), new ArrayList<>(), new ArrayList<>()));
        } else if (line.startsWith("identity ")) {
          all.getLast().identity().addAll(values(words, 1));
        } else if (!line.isEmpty() && !line.startsWith("#")) {
          List<byte[]> values = values(words, 2);
          all.getLast()
              .events()
              .add(
                  new Event(
                      words[0], words[1], values.getFirst(), values.subList(1, values.size())));
        }
      }
    }
    assertThat(all).hasSize(4);
    return all;
  }

  private static List<byte[]> values(String[] words, int from) {
    return Arrays.stream(words, from, words.length).map(HexFormat.of()::parseHex).toList();
  }
}
