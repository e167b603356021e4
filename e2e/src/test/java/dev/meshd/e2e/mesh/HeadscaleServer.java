package dev.meshd.e2e.mesh;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real {@code headscale} with its embedded relay, on https with a certificate of the lab's own
 * authority; using it skips the test where it is not installed.
 */
final class HeadscaleServer {
  private static final String NAME = "hs.lab";

  private static final String CONFIG =
      """
      server_url: https://%1$s:443
      listen_addr: 0.0.0.0:443
      metrics_listen_addr: 127.0.0.1:9090
      noise: {private_key_path: %2$s/noise.key}
      prefixes: {v4: 100.64.0.0/10, v6: "fd7a:115c:a1e0::/48", allocation: sequential}
      derp:
        server: {enabled: true, region_id: 999, region_code: lab, region_name: Lab, verify_clients: true,
          stun_listen_addr: "0.0.0.0:3478", private_key_path: %2$s/derp.key,
          automatically_add_embedded_derp_region: true, ipv4: %3$s}
        urls: []
        paths: []
        auto_update_enabled: false
      database: {type: sqlite, sqlite: {path: %2$s/db.sqlite, write_ahead_log: true}}
      tls_cert_path: %2$s/srv.pem
      tls_key_path: %2$s/srv.key
      log: {level: info}
      policy: {mode: database}
      dns: {magic_dns: true, base_domain: lab.net, override_local_dns: false, nameservers: {global: []}}
      unix_socket: %2$s/hs.sock
      unix_socket_permission: "0770"
      logtail: {enabled: false}
      """;

  private static final String CERTIFICATE =
      """
      set -e
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=lab-ca
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout srv.key -out srv.csr -subj /CN=%1$s
      printf 'subjectAltName=DNS:%1$s,IP:%2$s\\n' > ext
      openssl x509 -req -in srv.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out srv.pem -days 30 -extfile ext
      """;

  private final LabHost host;
  private final String program;
  private final Path config;

  private HeadscaleServer(LabHost host, String program, Path config) {
    this.host = host;
    this.program = program;
    this.config = config;
  }

  /**
   * Starts a server with a user "u1", known to all hosts by its name, and returns when it answers.
   */
  static HeadscaleServer start(Lab lab, LabHost host) {
    String program = Programs.require("headscale");
    Programs.require("openssl");
    lab.addName(NAME, host);
    Path directory = host.directory();
    Path config = directory.resolve("config.yaml");
    try {
      Files.writeString(config, CONFIG.formatted(NAME, directory, host.ipv4()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.command("sh", "-c", "cd " + directory + "\n" + CERTIFICATE.formatted(NAME, host.ipv4()))
        .run()
        .orThrow();
    var server = new HeadscaleServer(host, program, config);
    LabProcess process =
        host.command(program, "-c", config.toString(), "serve")
            .environment("HEADSCALE_DISABLE_CHECK_UPDATES", "1")
            .start("headscale");
    Await.until(
        Duration.ofSeconds(30),
        "headscale to answer; its log: " + process.log(),
        () -> server.admin("users", "list").succeeded());
    server.admin("users", "create", "u1").orThrow();
    return server;
  }

  LabHost host() {
    return host;
  }

  String url() {
    return "https://" + NAME;
  }

  /** Returns what a client needs in its environment to trust the certificate. */
  Map<String, String> trust() {
    return Map.of("SSL_CERT_FILE", host.directory().resolve("ca.pem").toString());
  }

  String authKey() {
    return Cli.json(
            admin("preauthkeys", "create", "-u", "1", "--reusable", "-e", "24h", "-o", "json")
                .orThrow()
                .out())
        .path("key")
        .asText();
  }

  /** Runs {@code headscale WORDS...}. */
  CommandResult admin(String... words) {
    var command = new ArrayList<>(List.of(program, "-c", config.toString()));
    command.addAll(List.of(words));
    return host.command(command).run();
  }
}
