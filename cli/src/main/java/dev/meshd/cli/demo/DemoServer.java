package dev.meshd.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabException;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * {@code meshd server} on a host with public addresses: coordination, relay and STUN. Owned by the
 * demo's thread.
 */
final class DemoServer {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final int CONTROL_PORT = 8080;
  private static final String USER = "demo";

  private final LabHost host;
  private final LabProcess process;
  private final Path socket;

  private DemoServer(LabHost host, LabProcess process, Path socket) {
    this.host = host;
    this.process = process;
    this.socket = socket;
  }

  /** Starts the server and waits until it takes commands. */
  static DemoServer start(LabHost host) {
    Path socket = host.directory().resolve("server.sock");
    LabProcess process =
        host.command(
                MeshdProgram.soon(
                    List.of(
                        "server",
                        "--data-dir",
                        host.directory().resolve("data").toString(),
                        "--listen",
                        "0.0.0.0:" + CONTROL_PORT,
                        "--server-url",
                        "http://" + host.ipv4() + ":" + CONTROL_PORT,
                        "--socket",
                        socket.toString())))
            .start("server");
    var server = new DemoServer(host, process, socket);
    Await.until(START_LIMIT, "the server to start", server::answers);
    return server;
  }

  String url() {
    return "http://" + host.ipv4() + ":" + CONTROL_PORT;
  }

  /** Creates a user and a reusable pre-auth key, and returns the file that holds the key. */
  Path makeAuthKey() {
    admin("users", "create", USER).orThrow();
    JsonNode users = json(admin("users", "list", "--json").orThrow().out());
    String userId = users.get(0).get("id").asText();
    JsonNode key =
        json(
            admin("preauthkeys", "create", "--user", userId, "--reusable", "--json")
                .orThrow()
                .out());
    try {
      Path file = host.directory().resolve("auth-key");
      Files.writeString(file, key.get("key").asText());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new LabException("the server ended:\n" + process.logTail());
    }
    return Files.exists(socket) && admin("users", "list").exitCode() == 0;
  }

  private MeshdCli.Outcome admin(String group, String verb, String... more) {
    String[] arguments = new String[3 + more.length + 2];
    arguments[0] = "server";
    arguments[1] = group;
    arguments[2] = verb;
    System.arraycopy(more, 0, arguments, 3, more.length);
    arguments[arguments.length - 2] = "--socket";
    arguments[arguments.length - 1] = socket.toString();
    return MeshdCli.run(arguments);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new DemoFailure("the server's answer is not JSON: " + text);
    }
  }
}
