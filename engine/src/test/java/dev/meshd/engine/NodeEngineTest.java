package dev.meshd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.magicsock.disco.DiscoBox;
import dev.meshd.magicsock.disco.DiscoEnvelope;
import dev.meshd.magicsock.disco.DiscoMessage;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.WireGuardSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NodeEngineTest {

  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;
  private static final Endpoint PEER_ADDRESS = Endpoint.parse("203.0.113.9:41641");
  private static final TxId TX = new TxId(1, 2);

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

  // The other node: nothing but keys.
  private final NodeKey peerKey = NodePrivateKey.generate().publicKey();
  private final DiscoPrivateKey peerDisco = DiscoPrivateKey.generate();
  private final DiscoBox peerBox = new DiscoBox(peerDisco, SecureRandomSource.system());
  private final MeshPeer peer =
      new MeshPeer(
          7,
          peerKey,
          peerDisco.publicKey(),
          List.of(IpPrefix.parse("100.64.0.7/32")),
          List.of(IpPrefix.parse("100.64.0.7/32")),
          List.of(PEER_ADDRESS),
          1,
          false);

  private long now = 1_000 * SECOND;

  @Test
  void takesTheOnlyRegionAsHomeAtOnceAndTellsWhenConnected() {
    join();
    assertThat(out.connects).contains(1);
    assertThat(out.netInfos).isEmpty();
    engine.onDerpConnected(1, now);
    assertThat(out.homes).containsExactly(1);
    assertThat(out.netInfos).last().extracting(NetInfo::homeRegion).isEqualTo(1);
    assertThat(engine.homeRegion()).isEqualTo(1);
  }

  @Test
  void tellsLocalAddressesWithoutWaitingForAMeasurement() {
    join();
    assertThat(out.endpoints.getLast()).hasSize(1);
  }

  @Test
  void aNewPeerIsReachedByItsRelay() {
    join();
    assertThat(session().path()).isEqualTo(PeerPath.relayed(1));
  }

  @Test
  void aHandshakeGoesByRelayAtOnceTogetherWithProbesAndACall() {
    join();
    out.clear();
    talk();
    assertThat(out.relayed).extracting(RecordingEngineOutput.Relayed::to).containsOnly(peerKey);
    assertThat(out.relayed.getFirst().packet()).hasSize(148);
    assertThat(discoFromRelay()).isInstanceOf(DiscoMessage.CallMeMaybe.class);
    assertThat(out.udp).extracting(RecordingEngineOutput.Udp::to).contains(PEER_ADDRESS);
  }

  @Test
  void aPongMovesTrafficToTheDirectPath() {
    join();
    out.clear();
    talk();
    now += 20 * MS;
    pong(pingTo(PEER_ADDRESS));
    assertThat(session().path()).isEqualTo(PeerPath.direct(PEER_ADDRESS));
    assertThat(out.paths).last().isEqualTo(PEER_ADDRESS);
    PeerStatus status = engine.status(peerKey, now).orElseThrow();
    assertThat(status.currentAddress()).contains(PEER_ADDRESS);
    assertThat(status.latencyNs()).isEqualTo(20 * MS);
    assertThat(status.active()).isTrue();
  }

  @Test
  void aSilentPathIsDoubtedWithoutAnythingArriving() {
    join();
    talk();
    pong(pingTo(PEER_ADDRESS));
    runFor(7 * SECOND);
    assertThat(session().path()).isEqualTo(new PeerPath(PEER_ADDRESS, 1, true));
    assertThat(engine.status(peerKey, now).orElseThrow().currentAddress()).isEmpty();
    runFor(6 * SECOND);
    assertThat(session().path()).isEqualTo(PeerPath.relayed(1));
  }

  @Test
  void answersAPingFromAPeer() {
    join();
    out.clear();
    Endpoint from = Endpoint.parse("198.51.100.3:5000");
    engine.onDatagram(from, sealed(new DiscoMessage.Ping(TX, Optional.of(peerKey), 0)), now);
    assertThat(opened(out.udp.getFirst().datagram())).isEqualTo(new DiscoMessage.Pong(TX, from));
    assertThat(out.udp.getFirst().to()).isEqualTo(from);
  }

  @Test
  void answersAPingByTheRelayItCameFrom() {
    join();
    engine.onDerpConnected(1, now);
    out.clear();
    byte[] ping = sealed(new DiscoMessage.Ping(TX, Optional.of(peerKey), 0));
    engine.onDerpPacket(1, peerKey, ping, now);
    assertThat(discoFromRelay()).isEqualTo(new DiscoMessage.Pong(TX, Endpoint.derp(1)));
  }

  @Test
  void ignoresStrangersBeforeAnyCryptography() {
    join();
    out.clear();
    DiscoBox stranger = new DiscoBox(DiscoPrivateKey.generate(), SecureRandomSource.system());
    byte[] ping =
        stranger
            .seal(engine.discoKey(), new DiscoMessage.Ping(TX, Optional.of(peerKey), 0))
            .orElseThrow();
    engine.onDatagram(PEER_ADDRESS, ping, now);
    assertThat(out.udp).isEmpty();
    assertThat(engine.drops(DiscoDrop.UNKNOWN_SENDER)).isEqualTo(1);
  }

  @Test
  void ignoresACallMeMaybeOverUdp() {
    join();
    out.clear();
    engine.onDatagram(
        PEER_ADDRESS, sealed(new DiscoMessage.CallMeMaybe(List.of(PEER_ADDRESS))), now);
    assertThat(out.udp).isEmpty();
    assertThat(engine.drops(DiscoDrop.WRONG_TRANSPORT)).isEqualTo(1);
  }

  @Test
  void ignoresARelayedMessageWhoseKeysDoNotBelongTogether() {
    join();
    NodeKey other = NodePrivateKey.generate().publicKey();
    DiscoPrivateKey otherDisco = DiscoPrivateKey.generate();
    MeshPeer second =
        new MeshPeer(8, other, otherDisco.publicKey(), List.of(), List.of(), List.of(), 1, false);
    engine.onPeersChanged(List.of(second), List.of(), now);
    out.clear();
    byte[] call = sealed(new DiscoMessage.CallMeMaybe(List.of(PEER_ADDRESS)));
    engine.onDerpPacket(1, other, call, now);
    assertThat(out.udp).isEmpty();
    assertThat(engine.drops(DiscoDrop.KEY_MISMATCH)).isEqualTo(1);
  }

  @Test
  void aCallMeMaybeIsAnsweredByPingsToEveryAddress() {
    join();
    out.clear();
    Endpoint lan = Endpoint.parse("192.168.3.4:41641");
    byte[] call = sealed(new DiscoMessage.CallMeMaybe(List.of(lan, PEER_ADDRESS)));
    engine.onDerpPacket(1, peerKey, call, now);
    assertThat(out.udp)
        .extracting(RecordingEngineOutput.Udp::to)
        .containsExactlyInAnyOrder(lan, PEER_ADDRESS);
  }

  @Test
  void userPingGoesByRelayUntilThereIsADirectPath() {
    join();
    out.clear();
    assertThat(engine.ping(5, peerKey, 0, now)).isTrue();
    DiscoMessage.Ping relayed = (DiscoMessage.Ping) discoFromRelay();
    now += 30 * MS;
    byte[] pong = sealed(new DiscoMessage.Pong(relayed.txId(), Endpoint.derp(1)));
    engine.onDerpPacket(1, peerKey, pong, now);
    assertThat(out.pings).containsExactly(new PingResult(5, peerKey, Endpoint.derp(1), 30 * MS));
    pong(pingTo(PEER_ADDRESS));
    assertThat(out.pings).as("the second answer to one request").hasSize(1);
    engine.ping(6, peerKey, 0, now);
    pong(pingTo(PEER_ADDRESS));
    assertThat(out.pings).last().extracting(PingResult::via).isEqualTo(PEER_ADDRESS);
  }

  @Test
  void refusesToPingAStrangerOrAnExpiredPeer() {
    join();
    assertThat(engine.ping(5, NodePrivateKey.generate().publicKey(), 0, now)).isFalse();
    engine.onPeersChanged(List.of(peer.withExpired(true)), List.of(), now);
    assertThat(engine.ping(6, peerKey, 0, now)).isFalse();
  }

  @Test
  void anExpiredPeerIsGoneUntilItsKeyIsRenewed() {
    join();
    talk();
    out.clear();
    engine.onPeersChanged(List.of(peer.withExpired(true)), List.of(), now);
    assertThat(engine.device().peer(peerKey)).isEmpty();
    assertThat(engine.status(peerKey, now)).isEmpty();
    engine.onPeersChanged(List.of(peer), List.of(), now);
    assertThat(engine.device().peer(peerKey)).isPresent();
  }

  // --- the network map

  @Test
  void anUnchangedMapDisturbsNothing() {
    join();
    talk();
    pong(pingTo(PEER_ADDRESS));
    WireGuardPeer before = session();
    out.clear();
    engine.onNetworkMap(map(peer), now);
    assertThat(session()).isSameAs(before);
    assertThat(session().path()).isEqualTo(PeerPath.direct(PEER_ADDRESS));
    assertThat(out.udp).isEmpty();
    assertThat(out.relayed).isEmpty();
  }

  @Test
  void aNewNodeKeyIsAnotherPeer() {
    join();
    WireGuardPeer before = session();
    NodeKey rotated = NodePrivateKey.generate().publicKey();
    engine.onPeersChanged(List.of(peer.withKey(rotated)), List.of(), now);
    assertThat(before.isRemoved()).isTrue();
    assertThat(engine.device().peer(rotated)).isPresent();
    assertThat(engine.device().peer(peerKey)).isEmpty();
  }

  @Test
  void aNewDiscoKeyIsUsedAtOnceAndBringsANewHandshake() {
    join();
    talk();
    out.clear();
    DiscoPrivateKey restarted = DiscoPrivateKey.generate();
    engine.onPeersChanged(List.of(peer.withDisco(restarted.publicKey())), List.of(), now);
    assertThat(out.relayed).extracting(sent -> sent.packet().length).contains(148);
    byte[] probe =
        out.udp.stream()
            .filter(sent -> sent.to().equals(PEER_ADDRESS))
            .findFirst()
            .orElseThrow()
            .datagram();
    DiscoBox box = new DiscoBox(restarted, SecureRandomSource.system());
    assertThat(box.open(engine.discoKey(), probe)).isPresent();
  }

  @Test
  void leavesOutPeersWithoutADiscoKeyAndItself() {
    join();
    engine.onPeersChanged(List.of(peer.withDisco(DiscoKey.zero())), List.of(), now);
    assertThat(engine.device().peers()).isEmpty();
    engine.onPeersChanged(List.of(peer.withKey(engine.nodeKey())), List.of(), now);
    assertThat(engine.device().peers()).isEmpty();
  }

  @Test
  void ignoresASecondNodeWithTheSameKey() {
    join();
    MeshPeer impostor =
        new MeshPeer(
            99,
            peerKey,
            DiscoPrivateKey.generate().publicKey(),
            List.of(),
            List.of(IpPrefix.parse("100.64.0.99/32")),
            List.of(),
            1,
            false);
    engine.onPeersChanged(List.of(impostor), List.of(), now);
    assertThat(engine.status(now)).extracting(PeerStatus::id).containsExactly(7L);
  }

  @Test
  void aRemovedPeerIsGone() {
    join();
    engine.onPeersChanged(List.of(), List.of(7L), now);
    assertThat(engine.status(now)).isEmpty();
    assertThat(engine.device().peers()).isEmpty();
    assertThat(engine.device().allowedIps().lookupV4(0x64400007)).isNull();
  }

  @Test
  void probesAddressesThatAPatchBringsWhileTalking() {
    join();
    talk();
    out.clear();
    Endpoint fresh = Endpoint.parse("198.51.100.77:41641");
    engine.onPeersChanged(
        List.of(peer.withEndpoints(List.of(PEER_ADDRESS, fresh))), List.of(), now);
    assertThat(out.udp).extracting(RecordingEngineOutput.Udp::to).contains(fresh);
  }

  @Test
  void repeatsAnInitiationAsSoonAsThereIsAWay() {
    tellAddresses();
    engine.onNetworkMap(map(peer.withHomeRegion(0).withEndpoints(List.of())), now);
    talk();
    assertThat(out.relayed).isEmpty();
    now += 100 * MS;
    engine.onPeersChanged(List.of(peer), List.of(), now);
    runFor(MS);
    assertThat(out.relayed).extracting(sent -> sent.packet().length).contains(148);
  }

  @Test
  void repeatsAnInitiationThatFoundNobodyAtTheRelay() {
    join();
    talk();
    out.clear();
    engine.onPeerGone(1, peerKey, now);
    runFor(250 * MS);
    assertThat(out.relayed).extracting(sent -> sent.packet().length).contains(148);
  }

  @Property(tries = 300)
  void neverThrowsOnAnyDatagram(@ForAll @Size(max = 200) byte[] datagram) {
    join();
    engine.onDatagram(PEER_ADDRESS, datagram, now);
    engine.onDerpPacket(1, peerKey, datagram, now);
    if (datagram.length > 40) {
      byte[] disco = sealed(new DiscoMessage.CallMeMaybe(List.of()));
      System.arraycopy(datagram, 0, disco, 38, Math.min(datagram.length, disco.length - 38));
      engine.onDatagram(PEER_ADDRESS, disco, now);
    }
  }

  // --- helpers

  private void join() {
    tellAddresses();
    engine.onNetworkMap(map(peer), now);
  }

  private void tellAddresses() {
    engine.onLocalAddresses(
        List.of(new LocalAddress("eth0", true, false, IpAddress.parse("10.0.0.5"), 24)),
        41641,
        now);
  }

  private NetworkMap map(MeshPeer... peers) {
    return new NetworkMap(List.of(), List.of(peers), RelayUseTest.map(1));
  }

  /** As if the data path had a packet for the peer. */
  private void talk() {
    session().activity().wantHandshake();
    engine.onSignals(now);
  }

  private WireGuardPeer session() {
    return engine.device().peer(peerKey).orElseThrow();
  }

  private byte[] sealed(DiscoMessage message) {
    return peerBox.seal(engine.discoKey(), message).orElseThrow();
  }

  private DiscoMessage opened(byte[] datagram) {
    return peerBox.open(engine.discoKey(), datagram).orElseThrow();
  }

  private DiscoMessage discoFromRelay() {
    return opened(
        out.relayed.stream()
            .map(RecordingEngineOutput.Relayed::packet)
            .filter(DiscoEnvelope::matches)
            .findFirst()
            .orElseThrow());
  }

  private TxId pingTo(Endpoint address) {
    byte[] datagram =
        out.udp.stream()
            .filter(sent -> sent.to().equals(address) && DiscoEnvelope.matches(sent.datagram()))
            .reduce((_, last) -> last)
            .orElseThrow()
            .datagram();
    return ((DiscoMessage.Ping) opened(datagram)).txId();
  }

  private void pong(TxId txId) {
    engine.onDatagram(
        PEER_ADDRESS, sealed(new DiscoMessage.Pong(txId, Endpoint.parse("10.0.0.5:1"))), now);
  }

  private void runFor(long spanNs) {
    long end = now + spanNs;
    while (engine.nextDeadlineNs() <= end) {
      now = Math.max(now, engine.nextDeadlineNs());
      engine.onDeadline(now);
      assertThat(engine.nextDeadlineNs()).isGreaterThan(now);
    }
    now = end;
  }
}
