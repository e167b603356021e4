package dev.meshd.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.DERPNode;
import dev.meshd.control.model.DERPRegion;
import dev.meshd.control.model.FilterRule;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.NetPortRange;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PortRange;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.NetworkMap;
import dev.meshd.engine.filter.FilterPolicy;
import dev.meshd.packet.IpPrefix;
import dev.meshd.tun.InterfaceConfig;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MapTranslationTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void routesOfOthersNeedTheUsersConsent() throws Exception {
    Netmap map =
        netmap(peer(2).allowedIps(prefixes("100.64.0.2/32", "10.0.0.0/8", "0.0.0.0/0")).build());
    assertThat(only(MapTranslation.networkMap(map, Prefs.defaults(), NOW)).allowedIps())
        .isEqualTo(prefixes("100.64.0.2/32"));
    assertThat(MapTranslation.interfaceConfig(map, Prefs.defaults(), NOW).routes())
        .containsExactlyElementsOf(prefixes("100.64.0.2/32"));

    Prefs accepting = MaskedPrefs.none().with("RouteAll", true).applyTo(Prefs.defaults());
    assertThat(only(MapTranslation.networkMap(map, accepting, NOW)).allowedIps())
        .isEqualTo(prefixes("100.64.0.2/32", "10.0.0.0/8"));
    assertThat(MapTranslation.interfaceConfig(map, accepting, NOW).routes())
        .containsExactlyInAnyOrderElementsOf(prefixes("100.64.0.2/32", "10.0.0.0/8"));
  }

  @Test
  void anExpiredPeerIsKnownButHasNoRoute() throws Exception {
    Netmap map = netmap(peer(2).keyExpiry(NOW.minusSeconds(1)).build());
    assertThat(only(MapTranslation.networkMap(map, Prefs.defaults(), NOW)).expired()).isTrue();
    InterfaceConfig config = MapTranslation.interfaceConfig(map, Prefs.defaults(), NOW);
    assertThat(config.routes()).isEmpty();
    assertThat(config.addresses()).extracting(Object::toString).containsExactly("100.64.0.1/32");
  }

  @Test
  void theFilterKnowsOurAddressesAndOfferedSubnets() throws Exception {
    Prefs prefs =
        MaskedPrefs.none()
            .with("AdvertiseRoutes", List.of("10.1.0.0/16", "0.0.0.0/0"))
            .with("ShieldsUp", true)
            .applyTo(Prefs.defaults());
    FilterPolicy policy = MapTranslation.filter(netmap(peer(2).build()), prefs);
    assertThat(policy.localPrefixes()).isEqualTo(prefixes("100.64.0.1/32", "10.1.0.0/16"));
    assertThat(policy.shieldsUp()).isTrue();
    assertThat(policy.rules()).hasSize(1);
    assertThat(policy.rules().getFirst().hasObsoleteBits()).isFalse();
  }

  @Test
  void aRuleWithObsoleteFieldsIsMarked() throws Exception {
    FilterRule obsolete =
        FilterRule.of(
            List.of("*"), List.of(new NetPortRange("1.2.3.4", 8, PortRange.ANY)), List.of());
    Netmap map = netmap(List.of(obsolete), peer(2).build());
    assertThat(MapTranslation.filter(map, Prefs.defaults()).rules().getFirst().hasObsoleteBits())
        .isTrue();
  }

  @Test
  void relaysThatMakeNoSenseAreLeftOut() {
    DERPNode node =
        DERPNode.builder()
            .name("1a")
            .regionId(1)
            .hostName("relay.example.com")
            .derpPort(8443)
            .build();
    DERPNode nameless = DERPNode.builder().name("1b").regionId(1).build();
    DERPRegion good =
        DERPRegion.builder()
            .regionId(1)
            .regionCode("x")
            .regionName("X")
            .nodes(List.of(node, nameless))
            .build();
    DERPRegion impossible =
        DERPRegion.builder().regionId(70_000).regionCode("y").regionName("Y").build();
    var relays = MapTranslation.relays(DERPMap.of(Map.of(1, good, 70_000, impossible)));
    assertThat(relays.regions()).containsOnlyKeys(1);
    assertThat(relays.region(1).orElseThrow().nodes()).extracting("name").containsExactly("1a");
  }

  private static MeshPeer only(NetworkMap map) {
    assertThat(map.peers()).hasSize(1);
    return map.peers().getFirst();
  }

  private static Netmap netmap(Node... peers) throws Exception {
    return netmap(
        List.of(
            FilterRule.of(
                List.of("*"), List.of(new NetPortRange("*", null, PortRange.ANY)), List.of())),
        peers);
  }

  private static Netmap netmap(List<FilterRule> rules, Node... peers) throws Exception {
    return Netmap.of(
        MapResponse.builder()
            .node(peer(1).build())
            .peers(List.of(peers))
            .packetFilters(Map.of("base", rules))
            .domain("example.com")
            .build());
  }

  private static Node.Builder peer(int id) {
    return Node.builder()
        .id(id)
        .stableId("n" + id)
        .name("node" + id + ".example.com.")
        .user(1)
        .key(NodePrivateKey.generate().publicKey())
        .discoKey(DiscoPrivateKey.generate().publicKey())
        .machineAuthorized(true)
        .addresses(prefixes("100.64.0." + id + "/32"));
  }

  private static List<IpPrefix> prefixes(String... texts) {
    return java.util.Arrays.stream(texts).map(IpPrefix::parse).toList();
  }
}
