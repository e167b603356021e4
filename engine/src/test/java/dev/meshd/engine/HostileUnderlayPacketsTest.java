package dev.meshd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.disco.DiscoBox;
import dev.meshd.magicsock.disco.DiscoMessage;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.magicsock.stun.StunTxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strangers, replayers and a peer that means harm can make a node do over its underlay. */
class HostileUnderlayPacketsTest {

  private static final long MS = 1_000_000L;
  private static final int PER_MS = 10;
  private static final int MAX_OPENED_AT_ONCE = 200;
  private static final int MAX_OPENED_A_SECOND = 100;
  private static final Endpoint ATTACKER = Endpoint.parse("198.51.100.66:4000");
  private static final Endpoint PEER_ADDRESS = Endpoint.parse("203.0.113.9:41641");

  private final RecordingEngineOutput out = new RecordingEngineOutput();
  private final NodeEngine engine =
      new NodeEngine(
          new EngineSettings(
              NodePrivateKey.generate(),
              DiscoPrivateKey.generate(),
              new WireGuardSettings(
                  false,
                  AeadEngine.JCA,
                  SecureRandomSource.system(),
                  JitterSource.seeded(1),
                  InstantSource.system())),
          new SignalQueue(() -> {}),
          out);
  private final NodeKey peerKey = NodePrivateKey.generate().publicKey();
  private final DiscoPrivateKey peerDisco = DiscoPrivateKey.generate();
  private final DiscoBox peerBox = new DiscoBox(peerDisco, SecureRandomSource.system());
  private final List<IpPrefix> peerAddresses = List.of(IpPrefix.parse("100.64.0.7/32"));
  private long now = 1_000_000 * MS;
  private int txIds;

  @BeforeEach
  void joinWithOnePeer() {
    engine.onLocalAddresses(
        List.of(new LocalAddress("eth0", true, false, IpAddress.parse("192.0.2.10"), 24)),
        41641,
        now);
    engine.onNetworkMap(
        new NetworkMap(
            List.of(IpPrefix.parse("100.64.0.1/32")),
            List.of(
                new MeshPeer(
                    7,
                    peerKey,
                    peerDisco.publicKey(),
                    peerAddresses,
                    peerAddresses,
                    List.of(PEER_ADDRESS),
                    1,
                    false)),
            DerpMap.of(DerpRegion.of(1, "r", "r", DerpNode.of("1a", 1, "r.example.org")))),
        now);
    engine.onDerpConnected(1, now);
    out.clear();
  }

  @Test
  void aFloodFromOneSourceWithAPeersKeyOpensFewBoxes() {
    byte[] forged = damaged(ping());
    flood(1000, forged, ATTACKER);
    long opened = engine.drops(DiscoDrop.UNREADABLE);
    assertThat(opened).isLessThanOrEqualTo(MAX_OPENED_AT_ONCE + MAX_OPENED_A_SECOND);
    assertThat(opened + engine.drops(DiscoDrop.TOO_OFTEN)).isEqualTo(1000 * PER_MS);
    assertThat(out.udp).isEmpty();
  }

  @Test
  void thePeerIsAnsweredWhileAnotherSourceFloods() {
    byte[] forged = damaged(ping());
    for (int round = 0; round < 10; round++) {
      flood(100, forged, ATTACKER);
      out.clear();
      engine.onDatagram(PEER_ADDRESS, ping(), now);
      assertThat(out.udp).extracting(RecordingEngineOutput.Udp::to).contains(PEER_ADDRESS);
    }
  }

  @Test
  void anIpv6SiteIsOneSource() {
    byte[] forged = damaged(ping());
    for (int host = 0; host < 1000; host++) {
      engine.onDatagram(
          Endpoint.parse("[2001:db8::" + Integer.toHexString(host) + "]:9"), forged, now);
    }
    assertThat(engine.drops(DiscoDrop.UNREADABLE)).isEqualTo(MAX_OPENED_AT_ONCE);
  }

  @Test
  void endlessSourcesAreRememberedInBounds() {
    byte[] forged = damaged(ping());
    int sources = DiscoGate.MAX_ADDRESSES + 5000;
    for (int i = 0; i < sources; i++) {
      engine.onDatagram(Endpoint.of(IpAddress.ofV4(0x0B000000 + i), 9), forged, now);
    }
    assertThat(engine.drops(DiscoDrop.UNREADABLE)).isEqualTo(DiscoGate.MAX_ADDRESSES);
    assertThat(engine.drops(DiscoDrop.TOO_OFTEN)).isEqualTo(5000);
    byte[] call = sealed(new DiscoMessage.CallMeMaybe(List.of(PEER_ADDRESS)));
    engine.onDerpPacket(1, peerKey, call, now);
    assertThat(out.udp).as("the relay stays open").isNotEmpty();
  }

  @Test
  void aReplayedPingMovesNoTrafficAndIsAnsweredOncePerSource() {
    byte[] captured = ping();
    engine.onDatagram(PEER_ADDRESS, captured, now);
    out.clear();
    for (int i = 0; i < 100; i++) {
      engine.onDatagram(ATTACKER, captured, now);
    }
    assertThat(out.udp).extracting(RecordingEngineOutput.Udp::to).containsOnlyOnce(ATTACKER);
    assertThat(engine.device().peer(peerKey).orElseThrow().path()).isEqualTo(PeerPath.relayed(1));
  }

  @Test
  void aPongThatNobodyAskedForProvesNothingAndIsCounted() {
    for (int i = 0; i < 50; i++) {
      byte[] pong = sealed(new DiscoMessage.Pong(txId(), ATTACKER));
      engine.onDatagram(ATTACKER, pong, now);
      engine.onDerpPacket(1, peerKey, pong, now);
    }
    assertThat(engine.drops(DiscoDrop.PONG_UNEXPECTED)).isEqualTo(100);
    assertThat(engine.device().peer(peerKey).orElseThrow().path()).isEqualTo(PeerPath.relayed(1));
  }

  @Test
  void aPeerThatAsksToBeCalledWithoutEndCausesABoundedNumberOfPings() {
    int before = out.udp.size();
    for (int call = 0; call < 1000; call++) {
      List<Endpoint> victims = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        victims.add(Endpoint.of(IpAddress.ofV4(0x0B000000 + call * 64 + i), 9));
      }
      engine.onDerpPacket(1, peerKey, sealed(new DiscoMessage.CallMeMaybe(victims)), now);
      now += MS;
    }
    int followed = 11;
    assertThat(out.udp.size() - before).isLessThanOrEqualTo(followed * (64 + 1));
    assertThat(engine.drops(DiscoDrop.CALLED_TOO_OFTEN)).isPositive();
    assertThat(engine.drops(DiscoDrop.TOO_OFTEN)).isPositive();
  }

  @Test
  void aCallNamesNoMoreThanSixtyFourAddresses() {
    List<Endpoint> endless = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      endless.add(Endpoint.of(IpAddress.ofV4(0x0B000000 + i), 9));
    }
    engine.onDerpPacket(1, peerKey, sealed(new DiscoMessage.CallMeMaybe(endless)), now);
    assertThat(out.udp).hasSizeLessThanOrEqualTo(64 + 1);
  }

  @Test
  void aRelayThatMakesUpSendersReachesNothing() {
    byte[] call = sealed(new DiscoMessage.CallMeMaybe(List.of(ATTACKER)));
    for (int i = 0; i < 100; i++) {
      engine.onDerpPacket(1, NodePrivateKey.generate().publicKey(), call, now);
      engine.onDerpPacket(1, peerKey, new byte[i], now);
    }
    assertThat(out.udp).isEmpty();
    assertThat(out.relayed).isEmpty();
    assertThat(engine.drops(DiscoDrop.UNKNOWN_SENDER)).isEqualTo(100);
  }

  @Test
  void aStunAnswerToNoQuestionIsCountedAndBelievedByNobody() {
    int told = out.endpoints.size();
    for (int i = 0; i < 100; i++) {
      StunTxId guessed = StunTxId.random(SecureRandomSource.system());
      engine.onDatagram(ATTACKER, StunCodec.response(guessed, ATTACKER), now);
    }
    assertThat(engine.drops(DiscoDrop.STUN_UNEXPECTED)).isEqualTo(100);
    assertThat(out.endpoints).hasSize(told);
  }

  private void flood(int milliseconds, byte[] datagram, Endpoint from) {
    for (int ms = 0; ms < milliseconds; ms++) {
      for (int i = 0; i < PER_MS; i++) {
        engine.onDatagram(from, datagram, now);
      }
      now += MS;
    }
  }

  private TxId txId() {
    return new TxId(42, ++txIds);
  }

  private byte[] ping() {
    return sealed(new DiscoMessage.Ping(txId(), Optional.of(peerKey), 0));
  }

  private byte[] sealed(DiscoMessage message) {
    return peerBox.seal(engine.discoKey(), message).orElseThrow();
  }

  private static byte[] damaged(byte[] datagram) {
    byte[] damaged = datagram.clone();
    damaged[datagram.length - 1] ^= 1;
    return damaged;
  }
}
