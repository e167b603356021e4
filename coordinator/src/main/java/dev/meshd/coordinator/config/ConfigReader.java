package dev.meshd.coordinator.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Turns a YAML file and command-line overrides into a {@link ServerConfig}. Every fault of both is
 * reported in one {@link InvalidConfigException}, each with the key or option it belongs to.
 */
public final class ConfigReader {
  /** The ranges clients take for mesh addresses; the configured ones must lie inside. */
  static final IpPrefix MESH_V4 = IpPrefix.parse("100.64.0.0/10");

  static final IpPrefix MESH_V6 = IpPrefix.parse("fd7a:115c:a1e0::/48");

  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");

  /** One largest packet a second. */
  private static final long MIN_CLIENT_RATE = 65_600;

  /** Below this an ephemeral node that merely reconnects could be taken for gone. */
  private static final Duration MIN_EPHEMERAL_TIMEOUT = Duration.ofSeconds(65);

  private final List<ConfigFault> faults = new ArrayList<>();

  private ConfigReader() {}

  /**
   * Options of the command line; they win over the file.
   *
   * @param dataDir {@code --data-dir}
   * @param listen {@code --listen}
   * @param serverUrl {@code --server-url}
   * @param socket {@code --socket}
   */
  public record Overrides(
      Optional<Path> dataDir,
      Optional<String> listen,
      Optional<String> serverUrl,
      Optional<Path> socket) {
    public static Overrides none() {
      return new Overrides(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * Reads {@code file}. A file that is missing or unreadable is a fault of key {@code --config}.
   */
  public static ServerConfig read(Path file, Overrides overrides) {
    try {
      return parse(Files.readString(file), overrides);
    } catch (NoSuchFileException e) {
      throw new InvalidConfigException(
          List.of(new ConfigFault("--config", "there is no file " + file)));
    } catch (IOException e) {
      throw new InvalidConfigException(
          List.of(new ConfigFault("--config", "cannot read " + file + ": " + e.getMessage())));
    }
  }

  /** Reads YAML text; empty text means all defaults. */
  public static ServerConfig parse(String yaml, Overrides overrides) {
    ConfigReader reader = new ConfigReader();
    ServerConfig config = reader.build(reader.tree(yaml), KeyLines.of(yaml), overrides);
    if (!reader.faults.isEmpty()) {
      throw new InvalidConfigException(reader.faults);
    }
    return config;
  }

  private JsonNode tree(String yaml) {
    ObjectMapper mapper =
        new ObjectMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    try {
      JsonNode root = mapper.readTree(yaml);
      if (root.isObject()) {
        return root;
      }
      if (!root.isMissingNode() && !root.isNull()) {
        faults.add(new ConfigFault("file", "must be YAML with 'key: value' lines"));
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
      faults.add(
          new ConfigFault(
              "file", where + e.getOriginalMessage().lines().findFirst().orElse("not YAML")));
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private ServerConfig build(JsonNode root, KeyLines lines, Overrides overrides) {
    ServerConfig base = ServerConfig.defaults();
    ConfigTree tree = new ConfigTree(root, lines, faults);
    ListenAddress listen = listen(tree, "listen_addr", base.listen());
    Optional<ListenAddress> fallback =
        tree.optional(
            "fallback_listen_addr", LISTEN_FORM, base.fallbackListen(), ListenAddress::parse);
    Optional<URI> serverUrl =
        tree.optional("server_url", URL_FORM, Optional.empty(), ConfigReader::serverUrl);
    Path dataDir = tree.value("data_dir", "a path", base.dataDir(), ConfigReader::path);
    Path socket = tree.value("unix_socket", "a path", base.adminSocket(), ConfigReader::path);
    ServerConfig config =
        new ServerConfig(
            override("--listen", LISTEN_FORM, overrides.listen(), ListenAddress::parse)
                .orElse(listen),
            fallback,
            override("--server-url", URL_FORM, overrides.serverUrl(), ConfigReader::serverUrl)
                .or(() -> serverUrl),
            overrides.dataDir().orElse(dataDir),
            overrides.socket().orElse(socket),
            tls(tree),
            relay(tree, base.relay()),
            addressRanges(tree, base.addresses()),
            dns(tree, base.dns()),
            duration(tree, "node.expiry", base.nodeExpiry()),
            duration(tree, "node.ephemeral.inactivity_timeout", base.ephemeralTimeout()),
            tree.optional(
                "metrics_listen_addr", LISTEN_FORM, base.metricsListen(), ListenAddress::parse),
            log(tree, base.log()));
    tree.unknownKeys();
    checkTogether(tree, config);
    return config;
  }

  private static final String LISTEN_FORM = "ADDRESS:PORT, for example 0.0.0.0:8080";
  private static final String URL_FORM = "http://HOST[:PORT] or https://HOST[:PORT] without a path";

  private <T> Optional<T> override(
      String option, String expected, Optional<String> text, Function<String, Optional<T>> parser) {
    Optional<T> parsed = text.flatMap(parser);
    if (text.isPresent() && parsed.isEmpty()) {
      faults.add(new ConfigFault(option, "must be " + expected + ", not '" + text.get() + "'"));
    }
    return parsed;
  }

  private Optional<ServerConfig.TlsFiles> tls(ConfigTree tree) {
    Optional<Path> certificate =
        tree.optional("tls_cert_path", "a path", Optional.empty(), ConfigReader::path);
    Optional<Path> key =
        tree.optional("tls_key_path", "a path", Optional.empty(), ConfigReader::path);
    certificate.ifPresent(file -> checkReadable(tree, "tls_cert_path", file));
    key.ifPresent(file -> checkReadable(tree, "tls_key_path", file));
    if (certificate.isPresent() != key.isPresent()) {
      tree.fault(
          certificate.isPresent() ? "tls_key_path" : "tls_cert_path",
          "is needed as well: certificate and key come together");
    }
    return certificate.flatMap(c -> key.map(k -> new ServerConfig.TlsFiles(c, k)));
  }

  private static ServerConfig.Log log(ConfigTree tree, ServerConfig.Log base) {
    return new ServerConfig.Log(
        tree.value("log.level", LogLevel.FORM, base.level(), LogLevel::parse),
        tree.value("log.format", LogFormat.FORM, base.format(), LogFormat::parse));
  }

  private static void checkReadable(ConfigTree tree, String key, Path file) {
    if (!Files.isReadable(file)) {
      tree.fault(key, "cannot read " + file);
    }
  }

  private ServerConfig.Relay relay(ConfigTree tree, ServerConfig.Relay base) {
    return new ServerConfig.Relay(
        tree.flag("derp.server.enabled", base.enabled()),
        listen(tree, "derp.server.listen_addr", base.listen()),
        listen(tree, "derp.server.stun_listen_addr", base.stunListen()),
        tree.optional("derp.server.host", "a name or address", base.host(), Optional::of),
        tree.optional(
            "derp.server.ipv4", "an IPv4 address", base.ipv4(), text -> address(text, true)),
        tree.optional(
            "derp.server.ipv6", "an IPv6 address", base.ipv6(), text -> address(text, false)),
        tree.value(
            "derp.server.region_id",
            "a number from 1 to 65535",
            base.regionId(),
            ConfigReader::regionId),
        tree.value("derp.server.region_code", "text", base.regionCode(), ConfigReader::nonEmpty),
        tree.value("derp.server.region_name", "text", base.regionName(), ConfigReader::nonEmpty),
        tree.flag("derp.server.verify_clients", base.verifyClients()),
        tree.value(
            "derp.server.client_bytes_per_second",
            "a number of bytes, 65600 or more, or 0 for no limit",
            base.clientBytesPerSecond(),
            ConfigReader::bytesPerSecond));
  }

  private ServerConfig.AddressRanges addressRanges(
      ConfigTree tree, ServerConfig.AddressRanges base) {
    Optional<IpPrefix> v4 = range(tree, "prefixes.v4", base.v4(), MESH_V4, 30);
    Optional<IpPrefix> v6 = range(tree, "prefixes.v6", base.v6(), MESH_V6, 126);
    if (v4.isEmpty() && v6.isEmpty()) {
      tree.fault("prefixes", "at least one of v4 and v6 must be set");
    }
    return new ServerConfig.AddressRanges(v4, v6);
  }

  private static Optional<IpPrefix> range(
      ConfigTree tree, String key, Optional<IpPrefix> fallback, IpPrefix outer, int maxBits) {
    return tree.optional(
        key,
        "a prefix inside " + outer + " with at most " + maxBits + " bits",
        fallback,
        text ->
            prefix(text)
                .filter(
                    p ->
                        p.address().isV4() == outer.address().isV4()
                            && outer.contains(p.address())
                            && p.bits() >= outer.bits()
                            && p.bits() <= maxBits));
  }

  private ServerConfig.Dns dns(ConfigTree tree, ServerConfig.Dns base) {
    ServerConfig.Dns dns =
        new ServerConfig.Dns(
            tree.flag("dns.magic_dns", base.magicDns()),
            tree.value(
                "dns.base_domain",
                "a domain name such as mesh.example.com",
                base.baseDomain(),
                ConfigReader::domain),
            tree.flag("dns.override_local_dns", base.overrideLocalDns()),
            tree.texts("dns.nameservers.global", base.nameservers()),
            tree.texts("dns.search_domains", base.searchDomains()));
    for (String server : dns.nameservers()) {
      if (IpAddress.tryParse(server).isEmpty() && !server.startsWith("https://")) {
        tree.fault(
            "dns.nameservers.global", "'" + server + "' is neither an address nor an https:// URL");
      }
    }
    for (String name : dns.searchDomains()) {
      if (domain(name).isEmpty()) {
        tree.fault("dns.search_domains", "'" + name + "' is not a domain name");
      }
    }
    if (dns.overrideLocalDns() && dns.nameservers().isEmpty()) {
      tree.fault("dns.override_local_dns", "needs at least one server in dns.nameservers.global");
    }
    return dns;
  }

  private static void checkTogether(ConfigTree tree, ServerConfig config) {
    if (config.ephemeralTimeout().compareTo(MIN_EPHEMERAL_TIMEOUT) <= 0) {
      tree.fault(
          "node.ephemeral.inactivity_timeout",
          "must be more than 65s, or a reconnect would delete the node");
    }
    config
        .serverUrl()
        .ifPresent(
            url -> {
              String host = url.getHost().toLowerCase(Locale.ROOT);
              String domain = config.dns().baseDomain();
              if (host.equals(domain) || host.endsWith("." + domain)) {
                tree.fault(
                    "dns.base_domain",
                    "must not contain the server itself ("
                        + host
                        + "), or nodes cannot resolve it");
              }
              if (config.tls().isPresent() && url.getScheme().equals("http")) {
                tree.fault(
                    "server_url", "must start with https:// because a certificate is configured");
              }
            });
  }

  private static ListenAddress listen(ConfigTree tree, String key, ListenAddress fallback) {
    return tree.value(key, LISTEN_FORM, fallback, ListenAddress::parse);
  }

  private static Duration duration(ConfigTree tree, String key, Duration fallback) {
    return tree.value(key, "a duration such as 30m, 12h or 7d", fallback, DurationText::parse);
  }

  private static Optional<Path> path(String text) {
    return text.isEmpty() || text.indexOf('\0') >= 0
        ? Optional.empty()
        : Optional.of(Path.of(text));
  }

  private static Optional<String> nonEmpty(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(text);
  }

  private static Optional<String> domain(String text) {
    return text.length() <= 190 && DOMAIN.matcher(text).matches()
        ? Optional.of(text)
        : Optional.empty();
  }

  private static Optional<Integer> regionId(String text) {
    try {
      int id = Integer.parseInt(text);
      return id >= 1 && id <= 65535 ? Optional.of(id) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> bytesPerSecond(String text) {
    try {
      long bytes = Long.parseLong(text);
      return bytes == 0 || bytes >= MIN_CLIENT_RATE ? Optional.of(bytes) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<IpAddress> address(String text, boolean v4) {
    return IpAddress.tryParse(text).filter(address -> address.isV4() == v4);
  }

  private static Optional<IpPrefix> prefix(String text) {
    try {
      return Optional.of(IpPrefix.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<URI> serverUrl(String text) {
    try {
      URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean usable =
          ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getRawPath().isEmpty()
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && uri.getRawUserInfo() == null;
      return usable ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
