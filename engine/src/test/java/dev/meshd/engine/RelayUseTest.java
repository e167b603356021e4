package dev.meshd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayUseTest {

  private static final long SECOND = 1_000_000_000L;
  private static final NodeKey PEER_KEY = NodePrivateKey.generate().publicKey();
  private static final MeshPeer PEER = peerAt(2);

  private final RecordingEngineOutput out = new RecordingEngineOutput();
  private final RelayUse relays = new RelayUse(out);
  private long now = 1_000 * SECOND;

  RelayUseTest() {
    relays.onMap(map(1, 2, 3), now);
  }

  @Test
  void connectsToTheHomeAndTellsOfItOnceThere() {
    relays.onHome(1, now);
    assertThat(out.connects).containsExactly(1);
    assertThat(out.homes).isEmpty();
    relays.onConnected(1);
    assertThat(out.homes).containsExactly(1);
    assertThat(relays.announcedHome()).isEqualTo(1);
  }

  @Test
  void reachesAPeerAtItsHome() {
    assertThat(relays.regionFor(PEER)).isEqualTo(2);
    assertThat(relays.regionFor(peerAt(0))).isZero();
    assertThat(relays.regionFor(peerAt(77))).isZero();
  }

  @Test
  void answersAPeerWhereItWasHeard() {
    relays.onHome(1, now);
    relays.onConnected(1);
    assertThat(relays.noteHeard(PEER_KEY, 1)).isTrue();
    assertThat(relays.noteHeard(PEER_KEY, 1)).isFalse();
    assertThat(relays.regionFor(PEER)).isEqualTo(1);
  }

  @Test
  void prefersThePeersHomeWhenConnectedThere() {
    relays.onHome(1, now);
    relays.onConnected(1);
    relays.noteHeard(PEER_KEY, 1);
    relays.use(2, now);
    relays.onConnected(2);
    assertThat(relays.regionFor(PEER)).isEqualTo(2);
  }

  @Test
  void forgetsWhereAPeerWasHeardWithTheConnection() {
    relays.onHome(1, now);
    relays.onConnected(1);
    relays.noteHeard(PEER_KEY, 1);
    relays.onDisconnected(1);
    relays.onConnected(1);
    assertThat(relays.regionFor(PEER)).isEqualTo(2);
  }

  @Test
  void forgetsAPeerThatTheRelayDoesNotKnow() {
    relays.onHome(1, now);
    relays.onConnected(1);
    relays.noteHeard(PEER_KEY, 1);
    relays.onPeerGone(PEER_KEY, 2);
    assertThat(relays.regionFor(PEER)).isEqualTo(1);
    relays.onPeerGone(PEER_KEY, 1);
    assertThat(relays.regionFor(PEER)).isEqualTo(2);
  }

  @Test
  void closesAnIdleRegionAndNeverTheHome() {
    relays.onHome(1, now);
    relays.use(2, now);
    runFor(50 * SECOND);
    relays.use(2, now);
    runFor(50 * SECOND);
    assertThat(out.closes).isEmpty();
    runFor(30 * SECOND);
    assertThat(out.closes).containsExactly(2);
    assertThat(relays.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    runFor(1_000 * SECOND);
    assertThat(out.closes).containsExactly(2);
  }

  @Test
  void closesARegionWhoseDefinitionChanged() {
    relays.onHome(1, now);
    relays.use(2, now);
    relays.onMap(map(1, 3), now);
    assertThat(out.closes).containsExactly(2);
    DerpRegion moved = DerpRegion.of(1, "r1", "moved", DerpNode.of("n", 1, "elsewhere.test"));
    relays.onMap(DerpMap.of(moved), now);
    assertThat(out.closes).containsExactly(2, 1);
    assertThat(out.connects).containsExactly(1, 2, 1);
  }

  private void runFor(long spanNs) {
    long end = now + spanNs;
    while (relays.nextDeadlineNs() <= end) {
      now = relays.nextDeadlineNs();
      relays.onDeadline(now);
    }
    now = end;
  }

  private static MeshPeer peerAt(int region) {
    return new MeshPeer(
        1,
        PEER_KEY,
        DiscoPrivateKey.generate().publicKey(),
        List.of(),
        List.of(),
        List.of(),
        region,
        false);
  }

  static DerpMap map(int... regions) {
    DerpRegion[] all = new DerpRegion[regions.length];
    for (int i = 0; i < regions.length; i++) {
      int id = regions[i];
      DerpNode node =
          DerpNode.of("n" + id, id, "relay.test").withAddresses("192.0.2." + id, "none");
      all[i] = DerpRegion.of(id, "r" + id, "Region " + id, node);
    }
    return DerpMap.of(all);
  }
}
