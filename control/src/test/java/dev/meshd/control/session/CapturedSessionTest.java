package dev.meshd.control.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.Vectors;
import dev.meshd.packet.Endpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole map sessions of a real server, replayed. */
class CapturedSessionTest {
  @Test
  void replayingNodeOneSeesNodeTwoComeGetRenamedAndExpire() throws MapProtocolException {
    Netmap netmap = null;
    List<String> story = new ArrayList<>();
    MapSession session = new MapSession();
    for (MapResponse message : Vectors.session("map-responses-node1.jsonl")) {
      for (MapEvent event : session.onMessage(message, message.controlTime())) {
        MapEvent.NetmapChanged changed = (MapEvent.NetmapChanged) event;
        netmap = changed.netmap();
        changed
            .change()
            .peers()
            .forEach(
                delta ->
                    story.add(
                        switch (delta) {
                          case PeerDelta.Added added -> "added " + added.node().name();
                          case PeerDelta.Replaced replaced ->
                              "replaced by " + replaced.node().name();
                          case PeerDelta.Patched patched ->
                              "patched, online " + patched.node().online();
                          case PeerDelta.Removed removed -> "removed " + removed.before().name();
                        }));
      }
    }
    // What came again unchanged is not in the story, among it the patches that repeat a whole node.
    assertThat(story)
        .startsWith("added b.lab.net.", "replaced by b.lab.net.")
        .endsWith("replaced by beta.lab.net.", "replaced by beta.lab.net.");
    assertThat(netmap.self().name()).isEqualTo("a.lab.net.");
    assertThat(netmap.self().homeRegion()).isEqualTo(999);
    assertThat(netmap.magicDnsSuffix()).isEqualTo("lab.net");
    assertThat(netmap.derpMap().regions()).containsOnlyKeys(999);
    assertThat(netmap.filter()).hasSize(1);
    assertThat(netmap.users().get(1L).loginName()).isEqualTo("u1");
    Node beta = netmap.peers().get(2L);
    assertThat(beta.name()).isEqualTo("beta.lab.net.");
    assertThat(beta.endpoints()).contains(Endpoint.parse("203.0.113.22:41641"));
    Instant expiry = Instant.parse("2026-11-21T09:58:42.109884523Z");
    assertThat(beta.expiredAt(expiry)).isTrue();
    assertThat(netmap.usablePeers(expiry)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"map-responses-node1.jsonl", "map-responses-node2.jsonl"})
  void deltasAddUpToTheMapAndTheMapSurvivesBeingKept(String file) throws MapProtocolException {
    MapSession session = new MapSession();
    TreeMap<Long, Node> applied = new TreeMap<>();
    for (MapResponse message : Vectors.session(file)) {
      for (MapEvent event : session.onMessage(message, message.controlTime())) {
        MapEvent.NetmapChanged changed = (MapEvent.NetmapChanged) event;
        MapSessionPropertiesTest.apply(changed.change(), applied);
        assertThat(applied).isEqualTo(changed.netmap().peers());
        assertThat(Netmap.of(changed.netmap().toMapResponse())).isEqualTo(changed.netmap());
      }
    }
  }
}
