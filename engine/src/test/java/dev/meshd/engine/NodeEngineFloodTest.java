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
import dev.meshd.magicsock.disco.DiscoMessage;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardSettings;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.MessageMacs;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node of a large mesh under a flood of handshake initiations that know its public key. */
class NodeEngineFloodTest {
  private static final int FLOOD = 10_000;
  private static final int OTHER_PEERS = 1_000;
  private static final Endpoint FRIEND_ADDRESS = Endpoint.parse("203.0.113.9:41641");

  private final RecordingEngineOutput out = new RecordingEngineOutput();
  private final NodeEngine engine = engine(out, DiscoPrivateKey.generate());
  private final RecordingEngineOutput friendOut = new RecordingEngineOutput();
  private final DiscoPrivateKey friendDisco = DiscoPrivateKey.generate();
  private final NodeEngine friend = engine(friendOut, friendDisco);
  private long now = 5_000_000_000_000L;

  @Test
  void strangersGetCookiesAndTheMeshGoesOn() {
    List<MeshPeer> peers = new ArrayList<>();
    peers.add(peer(1, friend.nodeKey(), friend.discoKey()));
    for (int i = 0; i < OTHER_PEERS; i++) {
      peers.add(
          peer(
              2 + i,
              NodePrivateKey.generate().publicKey(),
              DiscoPrivateKey.generate().publicKey()));
    }
    engine.onNetworkMap(new NetworkMap(List.of(), peers, RelayUseTest.map(1)), now);
    friend.onNetworkMap(
        new NetworkMap(
            List.of(), List.of(peer(1, engine.nodeKey(), engine.discoKey())), RelayUseTest.map(1)),
        now);
    out.clear();

    long beganNs = System.nanoTime();
    byte[] initiation = initiation();
    for (int i = 0; i < FLOOD; i++) {
      now += 100_000;
      engine.onHandshakesWaiting(1024, now);
      engine.onDatagram(Endpoint.of(IpAddress.ofV4(0x0a000000 + i), 7), initiation, now);
    }
    System.out.printf(
        "engine of %d peers: %d initiations refused in %d ms%n",
        peers.size(), FLOOD, (System.nanoTime() - beganNs) / 1_000_000);
    assertThat(engine.device().drops().get(DropReason.COOKIE_DEMANDED)).isEqualTo(FLOOD);
    Set<Endpoint> answered = new HashSet<>();
    out.udp.forEach(
        sent -> {
          assertThat(sent.datagram()).as("a cookie reply").hasSize(64).startsWith(3, 0, 0, 0);
          answered.add(sent.to());
        });
    assertThat(answered).hasSize(FLOOD);

    out.clear();
    DiscoBox box = new DiscoBox(friendDisco, SecureRandomSource.system());
    byte[] ping =
        box.seal(
                engine.discoKey(),
                new DiscoMessage.Ping(new TxId(1, 2), Optional.of(friend.nodeKey()), 0))
            .orElseThrow();
    engine.onDatagram(FRIEND_ADDRESS, ping, now);
    assertThat(out.udp).extracting(RecordingEngineOutput.Udp::to).contains(FRIEND_ADDRESS);

    friend.device().peer(engine.nodeKey()).orElseThrow().activity().wantHandshake();
    friend.onSignals(now);
    byte[] wanted = friendOut.relayed.getFirst().packet();
    assertThat(wanted).hasSize(148);
    engine.onDerpPacket(1, friend.nodeKey(), wanted, now);
    assertThat(out.relayed).as("answered by relay, without a cookie").hasSize(1);
    assertThat(out.relayed.getFirst().packet()).hasSize(92);
  }

  private byte[] initiation() {
    byte[] message = new byte[148];
    message[0] = 1;
    MessageMacs.forReceiver(engine.nodeKey()).stamp(message, new CookieJar(engine.nodeKey()), 0);
    return message;
  }

  private static MeshPeer peer(int id, NodeKey key, DiscoKey disco) {
    List<IpPrefix> addresses = List.of(IpPrefix.single(IpAddress.ofV4(0x64400000 + id)));
    return new MeshPeer(id, key, disco, addresses, addresses, List.of(), 1, false);
  }

  private static NodeEngine engine(EngineOutput output, DiscoPrivateKey disco) {
    WireGuardSettings settings =
        new WireGuardSettings(
            false,
            AeadEngine.JCA,
            SecureRandomSource.system(),
            JitterSource.seeded(1),
            InstantSource.system());
    return new NodeEngine(
        new EngineSettings(NodePrivateKey.generate(), disco, settings),
        new SignalQueue(() -> {}),
        output);
  }
}
