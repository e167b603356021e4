package dev.meshd.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code meshd server config check} finds. */
class ConfigCheckTest {
  private static final ConfigReader.Overrides NONE = ConfigReader.Overrides.none();

  private static List<String> faults(String yaml) {
    return catchThrowableOfType(InvalidConfigException.class, () -> ConfigReader.parse(yaml, NONE))
        .faults()
        .stream()
        .map(ConfigFault::toString)
        .toList();
  }

  private static List<String> warnings(String yaml) {
    return ConfigWarnings.of(ConfigReader.parse(yaml, NONE)).stream()
        .map(ConfigFault::key)
        .toList();
  }

  @Test
  void everyFaultNamesItsLineInTheOrderOfTheFile() {
    assertThat(
            faults(
                """
                # a comment
                listen_addr: nowhere
                dns:
                  base_domain: "-bad-"
                  nameservers:
                    global: [x]
                node:
                  expiry: soon
                log: {level: loud}
                """))
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("line 2: listen_addr: must be"),
            fault -> assertThat(fault).startsWith("line 4: dns.base_domain: must be"),
            fault -> assertThat(fault).startsWith("line 6: dns.nameservers.global: 'x' is"),
            fault -> assertThat(fault).startsWith("line 8: node.expiry: must be"),
            fault -> assertThat(fault).startsWith("line 9: log.level: must be one of error, warn"));
  }

  @Test
  void whatIsMissingIsReportedAtItsSection() {
    assertThat(faults("data_dir: /a\ndns:\n  override_local_dns: true\n"))
        .containsExactly(
            "line 3: dns.override_local_dns: needs at least one server in dns.nameservers.global");
  }

  @Test
  void anUnknownKeyIsComparedWithTheKnownOnes() {
    assertThat(faults("listen_adr: ':1'\nbase_domain: a.b\ndns: {magicdns: true}\nzzz: 1\n"))
        .containsExactly(
            "line 1: listen_adr: is not a known key; did you mean listen_addr?",
            "line 2: base_domain: is not a known key; did you mean dns.base_domain?",
            "line 3: dns.magicdns: is not a known key; did you mean dns.magic_dns?",
            "line 4: zzz: is not a known key");
  }

  @Test
  void theEffectiveConfigurationReadsBackAsItself() {
    for (String yaml :
        List.of(
            "",
            """
            listen_addr: "[::1]:9"
            fallback_listen_addr: ""
            server_url: https://mesh.example.com
            metrics_listen_addr: 127.0.0.1:9090
            prefixes: {v6: ""}
            derp: {server: {enabled: false, host: relay.example.com, region_id: 901, region_code: "12"}}
            dns: {base_domain: a.internal, nameservers: {global: [1.1.1.1]}, override_local_dns: true}
            node: {expiry: 90d, ephemeral: {inactivity_timeout: 90s}}
            log: {level: warn, format: json}
            """)) {
      ServerConfig config = ConfigReader.parse(yaml, NONE);
      assertThat(ConfigReader.parse(ConfigText.of(config), NONE)).isEqualTo(config);
    }
  }

  @Test
  void dangerousCombinationsAreWarnedOf() {
    assertThat(warnings("server_url: http://127.0.0.1:8080")).contains("server_url");
    assertThat(warnings("{listen_addr: '127.0.0.1:80', server_url: 'https://m.example.com'}"))
        .contains("listen_addr", "tls_cert_path");
    assertThat(warnings("server_url: http://m.example.com")).containsExactly("server_url");
    assertThat(warnings("metrics_listen_addr: ':9090'")).contains("metrics_listen_addr");
    assertThat(warnings("derp: {server: {verify_clients: false}}"))
        .contains("derp.server.verify_clients");
    assertThat(warnings("{data_dir: /tmp/meshd, node: {expiry: 10m}, log: {level: trace}}"))
        .contains("data_dir", "node.expiry", "log.level");
    assertThat(warnings("{listen_addr: '192.168.1.2:80', metrics_listen_addr: '127.0.0.1:9090'}"))
        .isEmpty();
  }

  @Test
  void lettersToChangeAreCounted() {
    assertThat(NearestKey.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestKey.distance("", "abc")).isEqualTo(3);
    assertThat(ConfigReader.parse("node: {expiry: 36h}", NONE).nodeExpiry())
        .isEqualTo(Duration.ofHours(36));
  }
}
