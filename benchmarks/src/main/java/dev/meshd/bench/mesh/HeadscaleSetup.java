package dev.meshd.bench.mesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.bench.lab.Program;
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
 * A real Headscale with its embedded relay, on https with a certificate of the lab's own authority,
 * without which its relay does not run. Owned by one thread; ends with its lab.
 */
final class HeadscaleSetup {
  private static final String NAME = "hs.lab";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final LabHost host;
  private final Path config;
  private final LabProcess process;

  private HeadscaleSetup(LabHost host, Path config, LabProcess process) {
    this.host = host;
    this.config = config;
    this.process = process;
  }

  static HeadscaleSetup start(Lab lab, LabHost host) {
    lab.addName(NAME, host);
    Path directory = host.directory();
    Path config = directory.resolve("config.yaml");
    try {
      Files.writeString(config, configuration(host));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.command("sh", "-c", "cd " + directory + "\n" + certificateScript(host)).run().orThrow();
    LabProcess process =
        host.command(Program.require("headscale"), "-c", config.toString(), "serve")
            .environment("HEADSCALE_DISABLE_CHECK_UPDATES", "1")
            .start("headscale");
    HeadscaleSetup setup = new HeadscaleSetup(host, config, process);
    Await.until(
        LIMIT,
        "headscale to answer; its log: " + process.log(),
        () -> setup.admin("users", "list").succeeded());
    setup.admin("users", "create", "u1").orThrow();
    return setup;
  }

  LabProcess process() {
    return process;
  }

  String url() {
    return "https://" + NAME;
  }

  /** What a client needs in its environment to trust the certificate. */
  Map<String, String> trust() {
    return Map.of("SSL_CERT_FILE", host.directory().resolve("ca.pem").toString());
  }

  /** A reusable key for ephemeral nodes. */
  String authKey() {
    String answer =
        admin(
                "preauthkeys",
                "create",
                "-u",
                "1",
                "--reusable",
                "--ephemeral",
                "-e",
                "24h",
                "-o",
                "json")
            .orThrow()
            .out();
    try {
      return new ObjectMapper().readTree(answer).path("key").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headscale printed no JSON", e);
    }
  }

  private CommandResult admin(String... words) {
    List<String> command =
        new ArrayList<>(List.of(Program.require("headscale"), "-c", config.toString()));
    command.addAll(List.of(words));
    return host.command(command).run();
  }

  private static String configuration(LabHost host) {
    return """
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
      """
        .formatted(NAME, host.directory(), host.ipv4());
  }

  private static String certificateScript(LabHost host) {
    return """
      set -e
      ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
      openssl req -x509 $ec -keyout ca.key -out ca.pem -days 30 -subj /CN=lab-ca
      openssl req $ec -keyout srv.key -out srv.csr -subj /CN=%1$s
      printf 'subjectAltName=DNS:%1$s,IP:%2$s\\n' > ext
      openssl x509 -req -in srv.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out srv.pem -days 30 -extfile ext
      """
        .formatted(NAME, host.ipv4());
  }
}
