package dev.meshd.coordinator.config;

import dev.meshd.packet.IpAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Settings that work and are still likely to be regretted. Looks at files, changes nothing.
 * Stateless.
 */
public final class ConfigWarnings {
  private static final Duration SHORT_EXPIRY = Duration.ofHours(1);

  private final List<ConfigFault> warnings = new ArrayList<>();

  private ConfigWarnings() {}

  /** What is worth a second thought in {@code config}; each with the key to change. */
  public static List<ConfigFault> of(ServerConfig config) {
    ConfigWarnings check = new ConfigWarnings();
    check.serverUrl(config);
    check.openDoors(config);
    check.files(config);
    check.nodes(config);
    return List.copyOf(check.warnings);
  }

  private void warn(String key, String message) {
    warnings.add(new ConfigFault(key, message));
  }

  private void serverUrl(ServerConfig config) {
    boolean localListener = isLoopback(config.listen().host());
    if (config.serverUrl().isEmpty()) {
      if (!localListener && config.listen().isWildcard()) {
        warn(
            "server_url",
            "is not set: clients are told this host's first address, which is wrong behind a"
                + " port forwarding");
      }
      return;
    }
    URI url = config.serverUrl().get();
    boolean localUrl = isLoopback(AdvertisedAddress.host(url));
    if (localUrl && !localListener) {
      warn("server_url", "is a loopback address: only clients on this host can use it");
    }
    if (!localUrl && localListener) {
      warn(
          "listen_addr",
          "is a loopback address: only a reverse proxy on this host can lead clients here");
    }
    if (url.getScheme().equals("https") && config.tls().isEmpty()) {
      warn(
          "tls_cert_path",
          "is not set although server_url is https: a reverse proxy must do TLS, and pass the"
              + " Upgrade header on");
    }
    if (AdvertisedAddress.needsFallback(url)) {
      warn(
          "server_url",
          "is plain http over a public network: at its first contact a client can be led to"
              + " another server; use https with a certificate");
    }
  }

  private void openDoors(ServerConfig config) {
    config
        .metricsListen()
        .filter(at -> !isPrivate(at.host()))
        .ifPresent(
            at ->
                warn(
                    "metrics_listen_addr",
                    "can be asked by anybody who reaches " + at + "; there is no password"));
    if (config.relay().enabled()
        && !config.relay().verifyClients()
        && !isPrivate(config.relay().listen().host())) {
      warn(
          "derp.server.verify_clients",
          "is false: anybody who finds the relay can use it and pay with your traffic");
    }
  }

  private void files(ServerConfig config) {
    if (config.dataDir().startsWith("/tmp") || config.dataDir().startsWith("/run")) {
      warn(
          "data_dir",
          "is in a place that is emptied at a restart: all nodes, users and keys would be lost");
    }
    config
        .tls()
        .filter(files -> isReadableByOthers(files.privateKey()))
        .ifPresent(
            files ->
                warn(
                    "tls_key_path",
                    files.privateKey() + " can be read by every user of this host; chmod 600"));
  }

  private void nodes(ServerConfig config) {
    if (!config.nodeExpiry().isZero() && config.nodeExpiry().compareTo(SHORT_EXPIRY) < 0) {
      warn("node.expiry", "is short: every person has to log in again that often");
    }
    if (config.log().level() == LogLevel.TRACE || config.log().level() == LogLevel.DEBUG) {
      warn(
          "log.level",
          "makes a busy server log a lot; 'meshd server log-level' does it for a while");
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || IpAddress.tryParse(host).map(IpAddress::isLoopback).orElse(false);
  }

  private static boolean isPrivate(String host) {
    return isLoopback(host) || IpAddress.tryParse(host).map(IpAddress::isPrivate).orElse(false);
  }

  private static boolean isReadableByOthers(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      return permissions.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
