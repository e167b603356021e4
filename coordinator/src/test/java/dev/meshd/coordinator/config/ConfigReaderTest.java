package dev.meshd.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

  @Test
  void emptyFileMeansDefaults() {
    assertThat(read("")).isEqualTo(ServerConfig.defaults());
    assertThat(read("# nothing but a comment\n")).isEqualTo(ServerConfig.defaults());
  }

  @Test
  void readsEveryKey() {
    ServerConfig config =
        read(
            """
            listen_addr: 127.0.0.1:9000
            fallback_listen_addr: ""
            server_url: https://mesh.example.org:9443/
            data_dir: /srv/mesh
            unix_socket: /run/m.sock
            prefixes: {v4: 100.100.0.0/16, v6: ""}
            derp:
              server:
                enabled: false
                listen_addr: "[::]:444"
                stun_listen_addr: ":3479"
                host: relay.example.org
                ipv4: 192.0.2.1
                ipv6: 2001:db8::1
                region_id: 950
                region_code: home
                region_name: Home
                verify_clients: false
            dns:
              magic_dns: false
              base_domain: mesh.example.net
              override_local_dns: true
              nameservers: {global: [9.9.9.9, "https://dns.example/q"]}
              search_domains: [example.net]
            node:
              expiry: 180d
              ephemeral: {inactivity_timeout: 2m}
            """);
    assertThat(config.listen()).isEqualTo(new ListenAddress("127.0.0.1", 9000));
    assertThat(config.fallbackListen()).isEmpty();
    assertThat(config.serverUrl()).contains(URI.create("https://mesh.example.org:9443"));
    assertThat(config.dataDir()).isEqualTo(Path.of("/srv/mesh"));
    assertThat(config.adminSocket()).isEqualTo(Path.of("/run/m.sock"));
    assertThat(config.addresses().v4().orElseThrow()).hasToString("100.100.0.0/16");
    assertThat(config.addresses().v6()).isEmpty();
    assertThat(config.relay().enabled()).isFalse();
    assertThat(config.relay().listen()).isEqualTo(new ListenAddress("::", 444));
    assertThat(config.relay().stunListen()).isEqualTo(new ListenAddress("", 3479));
    assertThat(config.relay().host()).contains("relay.example.org");
    assertThat(config.relay().ipv4().orElseThrow()).hasToString("192.0.2.1");
    assertThat(config.relay().ipv6().orElseThrow()).hasToString("2001:db8::1");
    assertThat(config.relay().regionId()).isEqualTo(950);
    assertThat(config.relay().regionCode()).isEqualTo("home");
    assertThat(config.relay().regionName()).isEqualTo("Home");
    assertThat(config.relay().verifyClients()).isFalse();
    assertThat(config.dns().magicDns()).isFalse();
    assertThat(config.dns().baseDomain()).isEqualTo("mesh.example.net");
    assertThat(config.dns().overrideLocalDns()).isTrue();
    assertThat(config.dns().nameservers()).containsExactly("9.9.9.9", "https://dns.example/q");
    assertThat(config.dns().searchDomains()).containsExactly("example.net");
    assertThat(config.nodeExpiry()).isEqualTo(Duration.ofDays(180));
    assertThat(config.ephemeralTimeout()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void reportsEveryFaultTogetherWithItsKey() {
    InvalidConfigException invalid =
        faults(
            """
            listen_addr: nowhere
            server_url: ftp://example.org
            prefixes: {v4: 10.0.0.0/8, v6: 2001:db8::/48}
            derp: {server: {region_id: 70000, enabled: maybe, ipv4: "::1"}}
            dns: {base_domain: "-bad-", override_local_dns: true}
            node: {expiry: soon, ephemeral: {inactivity_timeout: 60s}}
            tls_cert_path: /no/such/file
            databse: {}
            """,
            new ConfigReader.Overrides(
                Optional.empty(), Optional.of(":x"), Optional.of("nothing"), Optional.empty()));
    assertThat(invalid.faults())
        .extracting(ConfigFault::key)
        .containsExactlyInAnyOrder(
            "listen_addr",
            "server_url",
            "prefixes.v4",
            "prefixes.v6",
            "prefixes",
            "derp.server.region_id",
            "derp.server.enabled",
            "derp.server.ipv4",
            "dns.base_domain",
            "dns.override_local_dns",
            "node.expiry",
            "node.ephemeral.inactivity_timeout",
            "tls_cert_path",
            "tls_key_path",
            "databse",
            "--listen",
            "--server-url");
    assertThat(invalid)
        .hasMessageContaining("17 faults")
        .hasMessageContaining("\n  line 1: listen_addr: must be");
  }

  @Test
  void optionsWinOverTheFile() {
    ServerConfig config =
        ConfigReader.parse(
            "listen_addr: 127.0.0.1:1\nserver_url: http://a.example\ndata_dir: /a\nunix_socket: /b\n",
            new ConfigReader.Overrides(
                Optional.of(Path.of("/c")),
                Optional.of("127.0.0.1:2"),
                Optional.of("http://b.example"),
                Optional.of(Path.of("/d"))));
    assertThat(config.listen().port()).isEqualTo(2);
    assertThat(config.serverUrl()).contains(URI.create("http://b.example"));
    assertThat(config.dataDir()).isEqualTo(Path.of("/c"));
    assertThat(config.adminSocket()).isEqualTo(Path.of("/d"));
  }

  @Test
  void refusesTheServersOwnNameAsBaseDomain() {
    assertThat(
            faults("server_url: https://hs.mesh.example\ndns: {base_domain: mesh.example}")
                .faults())
        .extracting(ConfigFault::key)
        .containsExactly("dns.base_domain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: b: c",
        "listen_addr: x\nlisten_addr: y",
        "- just\n- a list",
        "derp: 5",
        "dns: {nameservers: {global: 9.9.9.9}}",
        "server_url: http://example.org/base/path",
        "derp: {server: {colour: red}}",
        "\t"
      })
  void refusesWhatIsNotAConfiguration(String yaml) {
    assertThat(faults(yaml).faults()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "90s,90", "30m,1800", "1h30m,5400", "7d,604800", "2w,1209600", "1y,31536000"})
  void readsDurations(String text, long seconds) {
    assertThat(DurationText.parse(text)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "-1s", "1 h", "1h 30m", "99999999999d"})
  void refusesOtherDurations(String text) {
    assertThat(DurationText.parse(text)).isEmpty();
  }

  private static ServerConfig read(String yaml) {
    return ConfigReader.parse(yaml, ConfigReader.Overrides.none());
  }

  private static InvalidConfigException faults(String yaml) {
    return faults(yaml, ConfigReader.Overrides.none());
  }

  private static InvalidConfigException faults(String yaml, ConfigReader.Overrides overrides) {
    return catchThrowableOfType(
        InvalidConfigException.class, () -> ConfigReader.parse(yaml, overrides));
  }
}
