package dev.meshd.e2e.mesh;

import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.testkit.lab.LabHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real server whose memory, threads, files and counters a test watches while it is attacked. Its
 * heap has 192 MiB.
 */
final class ServerUnderAttack {
  static final long RELAY_BYTES_PER_SECOND = 2 << 20;

  private static final String CONFIG =
      """
      metrics_listen_addr: 127.0.0.1:9090
      fallback_listen_addr: ""
      derp: {server: {client_bytes_per_second: %d}}
      """
          .formatted(RELAY_BYTES_PER_SECOND);
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(meshd_[^ #]+) ([0-9.E+]+)$");

  private final LabHost host;
  private final MeshdServer server;

  private ServerUnderAttack(LabHost host, MeshdServer server) {
    this.host = host;
    this.server = server;
  }

  static ServerUnderAttack start(LabHost host) throws IOException {
    return new ServerUnderAttack(host, MeshdServer.start(host, CONFIG));
  }

  MeshdServer server() {
    return server;
  }

  LabHost host() {
    return host;
  }

  String noiseKey() throws WireException {
    String answer = ask(host.ipv4(), 8080, "/key?v=131");
    byte[] json = answer.substring(answer.indexOf("{")).getBytes(StandardCharsets.UTF_8);
    return WireJson.decode(json, OverTLSPublicKeyResponse.class).publicKey().text();
  }

  /** What the server counted, by name and labels. */
  Map<String, Double> counters() {
    Map<String, Double> values = new TreeMap<>();
    Matcher sample = SAMPLE.matcher(ask("127.0.0.1", 9090, "/metrics"));
    while (sample.find()) {
      values.put(sample.group(1), Double.parseDouble(sample.group(2)));
    }
    return values;
  }

  private String ask(String address, int port, String path) {
    return host.run(
            "sh",
            "-c",
            "printf 'GET %s HTTP/1.1\\r\\nHost: m\\r\\nConnection: close\\r\\n\\r\\n' | ncat --no-shutdown %s %d"
                .formatted(path, address, port))
        .orThrow()
        .out();
  }

  /** Memory in MiB, threads, open files and CPU seconds of the process. */
  record Load(long residentMib, int threads, int files, double cpuSeconds) {
    @Override
    public String toString() {
      return "%d MiB, %d threads, %d files, %.1f s of CPU"
          .formatted(residentMib, threads, files, cpuSeconds);
    }
  }

  Load load() throws IOException {
    Path process = Path.of("/proc", Long.toString(server.process().pid()));
    String status = Files.readString(process.resolve("status"));
    try (var files = Files.list(process.resolve("fd"))) {
      return new Load(
          number(status, "VmRSS") / 1024,
          (int) number(status, "Threads"),
          (int) files.count(),
          server.cpu().toMillis() / 1000.0);
    }
  }

  private static long number(String status, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)").matcher(status);
    if (!line.find()) {
      throw new AssertionError("no " + name + " in " + status);
    }
    return Long.parseLong(line.group(1));
  }
}
