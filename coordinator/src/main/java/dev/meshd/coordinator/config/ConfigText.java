package dev.meshd.coordinator.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration as the file that would make it: every setting, also those left out. Stateless.
 */
public final class ConfigText {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private ConfigText() {}

  /** YAML that {@link ConfigReader} reads back as {@code config}. */
  public static String of(ServerConfig config) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("listen_addr", config.listen().toString());
    all.put("fallback_listen_addr", text(config.fallbackListen()));
    all.put("server_url", text(config.serverUrl()));
    all.put("metrics_listen_addr", text(config.metricsListen()));
    all.put("data_dir", config.dataDir().toString());
    all.put("unix_socket", config.adminSocket().toString());
    all.put("tls_cert_path", text(config.tls().map(ServerConfig.TlsFiles::certificate)));
    all.put("tls_key_path", text(config.tls().map(ServerConfig.TlsFiles::privateKey)));
    Map<String, Object> ranges = new LinkedHashMap<>();
    ranges.put("v4", text(config.addresses().v4()));
    ranges.put("v6", text(config.addresses().v6()));
    all.put("prefixes", ranges);
    all.put("derp", Map.of("server", relay(config.relay())));
    all.put("dns", dns(config.dns()));
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("expiry", duration(config.nodeExpiry()));
    node.put("ephemeral", Map.of("inactivity_timeout", duration(config.ephemeralTimeout())));
    all.put("node", node);
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("level", config.log().level().text());
    log.put("format", config.log().format().text());
    all.put("log", log);
    try {
      return YAML.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text can always be written as YAML", e);
    }
  }

  private static Map<String, Object> relay(ServerConfig.Relay relay) {
    Map<String, Object> server = new LinkedHashMap<>();
    server.put("enabled", relay.enabled());
    server.put("listen_addr", relay.listen().toString());
    server.put("stun_listen_addr", relay.stunListen().toString());
    server.put("host", text(relay.host()));
    server.put("ipv4", text(relay.ipv4()));
    server.put("ipv6", text(relay.ipv6()));
    server.put("region_id", relay.regionId());
    server.put("region_code", relay.regionCode());
    server.put("region_name", relay.regionName());
    server.put("verify_clients", relay.verifyClients());
    return server;
  }

  private static Map<String, Object> dns(ServerConfig.Dns dns) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("magic_dns", dns.magicDns());
    section.put("base_domain", dns.baseDomain());
    section.put("override_local_dns", dns.overrideLocalDns());
    section.put("nameservers", Map.of("global", dns.nameservers()));
    section.put("search_domains", dns.searchDomains());
    return section;
  }

  private static String text(Optional<?> value) {
    return value.map(Object::toString).orElse("");
  }

  /** In the largest unit that says it exactly. */
  private static String duration(Duration duration) {
    if (duration.isZero()) {
      return "0";
    }
    long millis = duration.toMillis();
    for (var unit : DurationText.units()) {
      if (millis % unit.getValue().toMillis() == 0) {
        return millis / unit.getValue().toMillis() + unit.getKey();
      }
    }
    return millis + "ms";
  }
}
