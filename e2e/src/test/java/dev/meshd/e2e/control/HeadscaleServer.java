package dev.meshd.e2e.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.control.model.WireJson;
import dev.meshd.e2e.Programs;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A real Headscale on loopback, with one relay region that nobody serves, and one user. */
final class HeadscaleServer implements AutoCloseable {
  private final String program;
  private final Path directory;
  private final Path config;
  private final int port;
  private Process process;

  private HeadscaleServer(String program, Path directory, int port, String scheme)
      throws IOException {
    this.program = program;
    this.directory = directory;
    this.config = directory.resolve("config.yaml");
    this.port = port;
    Files.writeString(
        directory.resolve("derp.yaml"),
        """
        regions:
          900:
            regionid: 900
            regioncode: test
            regionname: Test
            nodes:
              - {name: 900a, regionid: 900, hostname: relay.invalid, ipv4: 192.0.2.1}
        """);
    String tls =
        scheme.equals("http")
            ? ""
            : "tls_cert_path: DIR/server.pem\ntls_key_path: DIR/server.key\n";
    Files.writeString(
        config,
        """
        server_url: SCHEME://127.0.0.1:PORT
        listen_addr: 127.0.0.1:PORT
        metrics_listen_addr: ""
        grpc_listen_addr: 127.0.0.1:0
        noise: {private_key_path: DIR/noise.key}
        prefixes: {v4: 100.64.0.0/10, v6: "fd7a:115c:a1e0::/48", allocation: sequential}
        derp: {server: {enabled: false}, urls: [], paths: [DIR/derp.yaml], auto_update_enabled: false}
        database: {type: sqlite, sqlite: {path: DIR/db.sqlite, write_ahead_log: true}}
        log: {level: debug}
        node: {routes: {ha: {probe_interval: 2s, probe_timeout: 1s}}}
        policy: {mode: database}
        dns: {magic_dns: true, base_domain: test.net, override_local_dns: false, nameservers: {global: []}}
        unix_socket: DIR/hs.sock
        unix_socket_permission: "0700"
        logtail: {enabled: false}
        """
                .replace("SCHEME", scheme)
                .replace("PORT", Integer.toString(port))
                .replace("DIR", directory.toString())
            + tls.replace("DIR", directory.toString()));
  }

  /**
   * Starts one under {@code directory} and waits until it answers; skips the test where there is
   * none.
   */
  static HeadscaleServer start(Path directory) throws IOException, InterruptedException {
    HeadscaleServer server =
        new HeadscaleServer(Programs.require("headscale"), directory, freePort(), "http");
    server.run();
    server.command("users", "create", "u1");
    return server;
  }

  /** Starts the process, again after {@link #stop}. */
  void run() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(program, "-c", config.toString(), "serve");
    builder.environment().put("HEADSCALE_DISABLE_CHECK_UPDATES", "1");
    process =
        builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        throw new IOException(
            "headscale does not start:\n" + Files.readString(directory.resolve("log")));
      }
      Thread.sleep(100);
    }
  }

  private boolean answers() throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
                  HttpRequest.newBuilder(URI.create(url() + "/health")).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** A key for user 1; {@code options} as on the command line. */
  String preAuthKey(String... options) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("preauthkeys", "create", "-u", "1", "-o", "json"));
    arguments.addAll(List.of(options));
    return WireJson.mapper()
        .readTree(command(arguments.toArray(String[]::new)))
        .get("key")
        .asText();
  }

  /** Runs the server's own command line and returns what it prints. */
  String command(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program, "-c", config.toString()));
    command.addAll(List.of(arguments));
    Path errors = directory.resolve("command-errors");
    Process run = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(run.getInputStream().readAllBytes(), UTF_8);
    if (run.waitFor() != 0) {
      throw new IOException(
          String.join(" ", command) + " failed: " + output + Files.readString(errors));
    }
    return output;
  }

  /** Waits until the log holds {@code text} so many times, and returns the log. */
  String awaitLog(String text, int times) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      String log = Files.readString(directory.resolve("log"));
      if (log.split(Pattern.quote(text), -1).length > times) {
        return log;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("the server's log never says \"" + text + "\"");
      }
      Thread.sleep(200);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
