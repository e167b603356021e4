package dev.meshd.control.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.crypto.NodeKey;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireJsonTest {
  private static final String ZEROS = "0".repeat(64);

  @Test
  void absentAndNullAreTheSame() throws WireException {
    Node absent = node("{\"ID\":1}");
    assertThat(
            node(
                "{\"ID\":1,\"Name\":null,\"Addresses\":null,\"Key\":null,\"AllowedIPs\":null,\"Online\":null}"))
        .isEqualTo(absent);
    assertThat(absent.allowedIps()).isNull();
    assertThat(absent.online()).isNull();
    assertThat(absent.addresses()).isEmpty();
  }

  @Test
  void emptyAllowedIpsAreNotAbsentOnes() throws WireException {
    Node none = node("{\"ID\":1,\"Addresses\":[\"100.64.0.1/32\"],\"AllowedIPs\":[]}");
    assertThat(none.effectiveAllowedIps()).isEmpty();
    assertThat(WireJson.encodeText(none)).contains("\"AllowedIPs\":[]");
    assertThat(node("{\"ID\":1,\"Addresses\":[\"100.64.0.1/32\"]}").effectiveAllowedIps())
        .hasSize(1);
  }

  @Test
  void alwaysSentMembersAreSentAndOthersLeftOut() {
    assertThat(WireJson.encodeText(MapRequest.builder().version(131).build()))
        .isEqualTo(
            "{\"Version\":131,\"NodeKey\":\"nodekey:"
                + ZEROS
                + "\",\"DiscoKey\":\"discokey:"
                + ZEROS
                + "\"}");
    assertThat(WireJson.encodeText(RegisterResponse.refusal("no")))
        .contains(
            "\"NodeKeyExpired\":false",
            "\"AuthURL\":\"\"",
            "\"Error\":\"no\"",
            "\"NodeKeySignature\":null");
    assertThat(WireJson.encodeText(MapResponse.KEEP_ALIVE)).isEqualTo("{\"KeepAlive\":true}");
  }

  @Test
  void theEmptyKeyIsAnError() {
    assertThatThrownBy(() -> node("{\"ID\":1,\"Key\":\"\"}")).isInstanceOf(WireException.class);
    assertThatThrownBy(() -> node("{\"ID\":1,\"Key\":\"mkey:" + ZEROS + "\"}"))
        .isInstanceOf(WireException.class);
  }

  @Test
  void anEndpointOfTomorrowIsDroppedAndTheRestKept() throws WireException {
    Node node = node("{\"ID\":1,\"Endpoints\":[\"[fe80::1%eth0]:1\",\"quic:7\",\"192.0.2.1:2\"]}");
    assertThat(node.endpoints()).hasSize(1);
  }

  @Test
  void nullDeletesInPatchesByName() throws WireException {
    MapResponse patch =
        WireJson.decode(
            "{\"PacketFilters\":{\"a\":null,\"b\":[]}}".getBytes(UTF_8), MapResponse.class);
    assertThat(patch.packetFilters()).containsOnlyKeys("a", "b").containsEntry("a", null);
    assertThat(WireJson.encodeText(patch)).isEqualTo("{\"PacketFilters\":{\"a\":null,\"b\":[]}}");
  }

  @Test
  void nullListsAreEmptyWhereTheKeyMatters() throws WireException {
    DNSConfig dns = WireJson.decode("{\"Routes\":{\"x.\":null}}".getBytes(UTF_8), DNSConfig.class);
    assertThat(dns.routes()).containsEntry("x.", List.of());
    assertThat(node("{\"ID\":1,\"CapMap\":{\"c\":null}}").capMap()).containsEntry("c", List.of());
  }

  @Test
  void aRegionThatIsNullIsDropped() throws WireException {
    DERPMap map =
        WireJson.decode(
            "{\"Regions\":{\"1\":null,\"2\":{\"RegionID\":2}}}".getBytes(UTF_8), DERPMap.class);
    assertThat(map.regions()).containsOnlyKeys(2);
  }

  @Test
  void optionalBooleansTellFalseFromUnset() throws WireException {
    NetInfo info = WireJson.decode("{\"WorkingUDP\":false}".getBytes(UTF_8), NetInfo.class);
    assertThat(info.workingUdp()).isFalse();
    assertThat(info.upnp()).isNull();
    assertThat(WireJson.encodeText(info)).isEqualTo("{\"WorkingUDP\":false}");
    assertThatThrownBy(
            () -> WireJson.decode("{\"WorkingUDP\":\"true\"}".getBytes(UTF_8), NetInfo.class))
        .isInstanceOf(WireException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-21T09:58:32.06830298Z",
        "2026-11-21T09:58:32Z",
        "2026-11-21T09:58:32.1Z",
        "0001-01-01T00:00:00Z"
      })
  void timesKeepTheirDigits(String text) {
    assertThat(WireTime.format(WireTime.parse(text))).isEqualTo(text);
  }

  @Test
  void timesMayHaveAnyOffset() {
    assertThat(WireTime.format(WireTime.parse("2026-11-21T11:58:32.5+02:00")))
        .isEqualTo("2026-11-21T09:58:32.5Z");
    assertThat(WireTime.isSet(WireTime.UNSET)).isFalse();
  }

  @Test
  void aPatchChangesWhatItHoldsAndNothingElse() throws WireException {
    Node node =
        node("{\"ID\":2,\"Name\":\"n.\",\"HomeDERP\":3,\"Endpoints\":[\"192.0.2.1:2\"],\"Cap\":9}");
    PeerChange patch =
        WireJson.decode(
            "{\"NodeID\":2,\"Endpoints\":[],\"Online\":true,\"DERPRegion\":0}".getBytes(UTF_8),
            PeerChange.class);
    assertThat(patch.applyTo(node))
        .isEqualTo(node.toBuilder().endpoints(List.of()).online(true).build());
  }

  @Test
  void legacyHomeRelayIsRead() throws WireException {
    assertThat(node("{\"ID\":1,\"DERP\":\"127.3.3.40:17\"}").homeRegion()).isEqualTo(17);
    assertThat(node("{\"ID\":1,\"DERP\":\"127.3.3.40:17\",\"HomeDERP\":5}").homeRegion())
        .isEqualTo(5);
    assertThat(node("{\"ID\":1,\"DERP\":\"x\"}").homeRegion()).isZero();
  }

  @Test
  void portsThatAreAbsentAreNotEveryPort() throws WireException {
    NetPortRange range = WireJson.decode("{\"IP\":\"*\"}".getBytes(UTF_8), NetPortRange.class);
    assertThat(range.ports()).isEqualTo(PortRange.NONE);
  }

  @Test
  void authKeysAreNotPrinted() {
    assertThat(
            RegisterRequest.builder().auth(RegisterRequestAuth.ofKey("secret")).build().toString())
        .doesNotContain("secret");
  }

  @Property(tries = 500)
  void anyBytesAreDecodedOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    tryDecode(bytes, MapResponse.class);
    tryDecode(bytes, MapRequest.class);
    tryDecode(bytes, RegisterRequest.class);
  }

  /** Real messages in which something was replaced by something else. */
  @Property(tries = 1500)
  void anyChangedMessageIsDecodedOrRefusedAndWhatIsDecodedSurvives(@ForAll long seed)
      throws WireException {
    Random random = new Random(seed);
    List<JsonNode> lines = Vectors.lines("map-responses-node1.jsonl");
    JsonNode message = lines.get(random.nextInt(lines.size())).get("response").deepCopy();
    for (int changes = random.nextInt(3); changes >= 0; changes--) {
      disturb(message, random);
    }
    byte[] json = WireJson.encode(message);
    MapResponse decoded;
    try {
      decoded = WireJson.decode(json, MapResponse.class);
    } catch (WireException refused) {
      return;
    }
    assertThat(WireJson.decode(WireJson.encode(decoded), MapResponse.class)).isEqualTo(decoded);
  }

  private static void disturb(JsonNode node, Random random) {
    if (node.isEmpty() || !node.isContainerNode()) {
      return;
    }
    int index = random.nextInt(node.size());
    if (node instanceof ObjectNode object) {
      String name = object.properties().stream().skip(index).findFirst().orElseThrow().getKey();
      if (random.nextInt(3) > 0 && object.get(name).isContainerNode()) {
        disturb(object.get(name), random);
      } else {
        object.set(name, replacement(random));
      }
    } else if (node instanceof ArrayNode array) {
      if (random.nextInt(3) > 0 && array.get(index).isContainerNode()) {
        disturb(array.get(index), random);
      } else {
        array.set(index, replacement(random));
      }
    }
  }

  private static JsonNode replacement(Random random) {
    Object value =
        switch (random.nextInt(9)) {
          case 0 -> "";
          case 1 -> -1;
          case 2 -> Long.MAX_VALUE;
          case 3 -> List.of();
          case 4 -> Map.of();
          case 5 -> 1.5;
          case 6 -> true;
          case 7 -> NodeKey.zero().text();
          default -> java.util.Arrays.asList((Object) null, Map.of("x", List.of(1)));
        };
    return WireJson.mapper().valueToTree(value);
  }

  private static void tryDecode(byte[] bytes, Class<?> type) {
    try {
      assertThat(WireJson.decode(bytes, type)).isInstanceOf(type);
    } catch (WireException refused) {
      assertThat(refused).hasMessageStartingWith("not a " + type.getSimpleName());
    }
  }

  private static Node node(String json) throws WireException {
    return WireJson.decode(json.getBytes(UTF_8), Node.class);
  }
}
