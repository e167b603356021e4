package dev.meshd.coordinator.config;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every setting of {@code meshd server}. The defaults alone make a safe, working server: control
 * over plain HTTP (the Noise channel inside it encrypts and authenticates), the relay over TLS with
 * a self-made pinned certificate, STUN beside it, and administration only through a Unix socket of
 * the owner.
 *
 * <p>Immutable. Built by {@link ConfigReader} or {@link #defaults()}.
 *
 * @param listen control listener, {@code listen_addr}
 * @param fallbackListen TLS listener for the Noise channel beside a plain {@code listen}, {@code
 *     fallback_listen_addr}; see {@link AdvertisedAddress#needsFallback}
 * @param serverUrl what clients are given as the server's address, {@code server_url}; derived when
 *     absent
 * @param dataDir database, keys and self-made certificate, {@code data_dir}; made with mode 0700
 * @param adminSocket Unix socket of the administration API, {@code unix_socket}
 * @param tls certificate of the control listener and the relay
 * @param relay embedded relay and STUN, {@code derp.server}
 * @param addresses address ranges of the nodes, {@code prefixes}
 * @param dns what nodes are told about names, {@code dns}
 * @param nodeExpiry key lifetime of untagged nodes, {@code node.expiry}; zero means no end
 * @param ephemeralTimeout how long an ephemeral node may stay away, {@code
 *     node.ephemeral.inactivity_timeout}
 * @param metricsListen where metrics can be scraped, {@code metrics_listen_addr}; absent for
 *     nowhere
 * @param log what is logged and how, {@code log}
 */
public record ServerConfig(
    ListenAddress listen,
    Optional<ListenAddress> fallbackListen,
    Optional<URI> serverUrl,
    Path dataDir,
    Path adminSocket,
    Optional<TlsFiles> tls,
    Relay relay,
    AddressRanges addresses,
    Dns dns,
    Duration nodeExpiry,
    Duration ephemeralTimeout,
    Optional<ListenAddress> metricsListen,
    Log log) {

  public static final Path DEFAULT_CONFIG_FILE = Path.of("/etc/meshd/server.yaml");
  public static final Path DEFAULT_ADMIN_SOCKET = Path.of("/run/meshd-server/server.sock");

  /** Certificate chain and private key, both PEM: {@code tls_cert_path}, {@code tls_key_path}. */
  public record TlsFiles(Path certificate, Path privateKey) {}

  /**
   * The embedded relay.
   *
   * @param enabled {@code derp.server.enabled}
   * @param listen TLS listener, {@code derp.server.listen_addr}
   * @param stunListen UDP listener, {@code derp.server.stun_listen_addr}
   * @param host name or address clients dial, {@code derp.server.host}; that of the server URL when
   *     absent
   * @param ipv4 address clients dial, {@code derp.server.ipv4}
   * @param ipv6 address clients dial, {@code derp.server.ipv6}
   * @param regionId 900 to 999 are set aside for private relays, {@code derp.server.region_id}
   * @param regionCode short name, {@code derp.server.region_code}
   * @param regionName name shown to people, {@code derp.server.region_name}
   * @param verifyClients admit only nodes of this server, {@code derp.server.verify_clients}
   * @param clientBytesPerSecond what one client may send through the relay, {@code
   *     derp.server.client_bytes_per_second}; 0 for no limit
   */
  public record Relay(
      boolean enabled,
      ListenAddress listen,
      ListenAddress stunListen,
      Optional<String> host,
      Optional<IpAddress> ipv4,
      Optional<IpAddress> ipv6,
      int regionId,
      String regionCode,
      String regionName,
      boolean verifyClients,
      long clientBytesPerSecond) {}

  /** Where node addresses come from; at least one family. */
  public record AddressRanges(Optional<IpPrefix> v4, Optional<IpPrefix> v6) {
    /** IPv4 first. */
    public List<IpPrefix> all() {
      return Stream.of(v4, v6).flatMap(Optional::stream).toList();
    }
  }

  /**
   * Name service of the network.
   *
   * @param magicDns nodes resolve each other's names, {@code dns.magic_dns}
   * @param baseDomain suffix of node names, without dots at the ends, {@code dns.base_domain}
   * @param overrideLocalDns {@code nameservers} replace those of the node, {@code
   *     dns.override_local_dns}
   * @param nameservers addresses of resolvers, {@code dns.nameservers.global}
   * @param searchDomains after the base domain, {@code dns.search_domains}
   */
  public record Dns(
      boolean magicDns,
      String baseDomain,
      boolean overrideLocalDns,
      List<String> nameservers,
      List<String> searchDomains) {
    public Dns {
      nameservers = List.copyOf(nameservers);
      searchDomains = List.copyOf(searchDomains);
    }
  }

  /**
   * The log on stderr.
   *
   * @param level of the server's own events, {@code log.level}
   * @param format {@code log.format}
   */
  public record Log(LogLevel level, LogFormat format) {}

  /** This configuration with another time that an ephemeral node may stay away. */
  public ServerConfig withEphemeralTimeout(Duration timeout) {
    return new ServerConfig(
        listen,
        fallbackListen,
        serverUrl,
        dataDir,
        adminSocket,
        tls,
        relay,
        addresses,
        dns,
        nodeExpiry,
        timeout,
        metricsListen,
        log);
  }

  /** The configuration of a server started with no file and no option. */
  public static ServerConfig defaults() {
    return new ServerConfig(
        new ListenAddress("0.0.0.0", 8080),
        Optional.of(new ListenAddress("0.0.0.0", 443)),
        Optional.empty(),
        Path.of("/var/lib/meshd-server"),
        DEFAULT_ADMIN_SOCKET,
        Optional.empty(),
        new Relay(
            true,
            new ListenAddress("0.0.0.0", 8443),
            new ListenAddress("0.0.0.0", 3478),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            900,
            "meshd",
            "meshd relay",
            true,
            32L << 20),
        new AddressRanges(Optional.of(ConfigReader.MESH_V4), Optional.of(ConfigReader.MESH_V6)),
        new Dns(true, "mesh.internal", false, List.of(), List.of()),
        Duration.ZERO,
        Duration.ofMinutes(30),
        Optional.empty(),
        new Log(LogLevel.INFO, LogFormat.TEXT));
  }
}
