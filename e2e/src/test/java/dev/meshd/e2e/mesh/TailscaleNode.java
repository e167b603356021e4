package dev.meshd.e2e.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.LabCommand;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real {@code tailscaled} and its CLI; using it skips the test where they are not installed. */
final class TailscaleNode implements Member {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final LabHost host;
  private final String cli;
  private final Path socket;
  private final LabProcess daemon;

  private TailscaleNode(LabHost host, String cli, Path socket, LabProcess daemon) {
    this.host = host;
    this.cli = cli;
    this.socket = socket;
    this.daemon = daemon;
  }

  static TailscaleNode start(LabHost host) {
    return start(host, Map.of());
  }

  static TailscaleNode start(LabHost host, Map<String, String> environment) {
    String program = Programs.require("tailscaled");
    String cli = Programs.require("tailscale");
    Path socket = host.directory().resolve("ts.sock");
    LabCommand command =
        host.command(
            program,
            "--state=" + host.directory().resolve("ts.state"),
            "--statedir=" + host.directory(),
            "--socket=" + socket,
            "--tun=tailscale0",
            "--port=41641");
    command.environment("TS_NO_LOGS_NO_SUPPORT", "true");
    environment.forEach(command::environment);
    LabProcess daemon = command.start("tailscaled");
    Await.until(
        Duration.ofSeconds(30), "tailscaled on " + host + " to listen", () -> Files.exists(socket));
    return new TailscaleNode(host, cli, socket, daemon);
  }

  @Override
  public LabHost host() {
    return host;
  }

  LabProcess daemon() {
    return daemon;
  }

  @Override
  public void up(String serverUrl, String authKey) {
    cli(
            "up",
            "--login-server=" + serverUrl,
            "--authkey=" + authKey,
            "--hostname=" + host.name(),
            "--timeout=60s")
        .orThrow();
  }

  CommandResult cli(String... words) {
    return command(words).run();
  }

  /** Returns {@code tailscale --socket=... WORDS...}, to be run or started. */
  LabCommand command(String... words) {
    var command = new ArrayList<>(List.of(cli, "--socket=" + socket));
    command.addAll(List.of(words));
    return host.command(command).limit(LIMIT);
  }

  @Override
  public JsonNode status() {
    return Cli.json(cli("status", "--json").orThrow().out());
  }

  @Override
  public String ping(String address, int count) {
    return cli("ping", "-c", Integer.toString(count), "--timeout=2s", address).describe();
  }

  /** Returns health messages but those of a development build and of a host without DNS. */
  List<String> health() {
    var messages = new ArrayList<String>();
    for (JsonNode message : status().path("Health")) {
      String text = message.asText();
      if (!text.contains("unstable") && !text.contains("DNS")) {
        messages.add(text);
      }
    }
    return messages;
  }
}
