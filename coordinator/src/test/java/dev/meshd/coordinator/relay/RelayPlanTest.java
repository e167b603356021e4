package dev.meshd.coordinator.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.model.DERPNode;
import dev.meshd.coordinator.config.ConfigReader;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.packet.IpAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayPlanTest {

  @ParameterizedTest
  @CsvSource({
    // one of our addresses brings the best of the other family along
    "http://203.0.113.7:8080, 203.0.113.7 10.0.0.7 2001:db8::7, 203.0.113.7, 203.0.113.7, 2001:db8::7",
    "http://[2001:db8::7]:8080, 203.0.113.7 2001:db8::7, 2001:db8::7, 203.0.113.7, 2001:db8::7",
    // what is not there is said to be absent
    "http://203.0.113.7:8080, 203.0.113.7 127.0.0.1 ::1, 203.0.113.7, 203.0.113.7, none",
    // an outer address says nothing about our own
    "http://198.51.100.1:8080, 10.0.0.7 fd00::7, 198.51.100.1, 198.51.100.1, none",
    // a name is resolved by the client
    "https://mesh.example.org, 10.0.0.7, mesh.example.org, '', ''"
  })
  void takesTheHostOfTheServerUrl(URI url, String own, String host, String v4, String v6) {
    RelayPlan plan = RelayPlan.of(ServerConfig.defaults().relay(), url, addresses(own));
    assertThat(plan).isEqualTo(new RelayPlan(host, v4, v6));
  }

  @Test
  void configuredValuesWin() {
    ServerConfig.Relay relay =
        ConfigReader.parse(
                "derp: {server: {host: relay.example.org, ipv4: 192.0.2.1, ipv6: \"2001:db8::1\"}}",
                ConfigReader.Overrides.none())
            .relay();
    assertThat(RelayPlan.of(relay, URI.create("http://203.0.113.7"), List.of()))
        .isEqualTo(new RelayPlan("relay.example.org", "192.0.2.1", "2001:db8::1"));
  }

  @Test
  void theMapHasOneRegionWithOneNode() {
    ServerConfig.Relay relay = ServerConfig.defaults().relay();
    DERPNode node =
        new RelayPlan("192.0.2.1", "192.0.2.1", "none")
            .derpMap(relay, 8443, 3478, "sha256-raw:00")
            .regions()
            .get(relay.regionId())
            .nodes()
            .getFirst();
    assertThat(node.hostName()).isEqualTo("192.0.2.1");
    assertThat(node.derpPort()).isEqualTo(8443);
    assertThat(node.stunPort()).isEqualTo(3478);
    assertThat(node.certName()).isEqualTo("sha256-raw:00");
    assertThat(node.ipv6()).isEqualTo("none");
    assertThat(node.stunOnly()).isFalse();
  }

  private static List<IpAddress> addresses(String text) {
    return Arrays.stream(text.split(" ")).map(IpAddress::parse).toList();
  }
}
