package dev.meshd.bench.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Throughput from one host to another, measured by iperf3. Stateless. */
final class Iperf {
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(30);

  private Iperf() {}

  /**
   * What arrived.
   *
   * @param megabitsPerSecond as the receiver counted it
   * @param bytes in all
   */
  record Result(double megabitsPerSecond, double bytes) {}

  /**
   * Runs for some seconds.
   *
   * @param options of the client beside address and duration
   */
  static Result run(LabHost from, LabHost to, String address, int seconds, List<String> options) {
    String program = Program.require("iperf3");
    LabProcess server = to.start("iperf3", program, "-s", "-1", "--forceflush", "-B", address);
    try {
      server.awaitLog("Server listening", START_LIMIT);
      List<String> client =
          new ArrayList<>(List.of(program, "-c", address, "-t", Integer.toString(seconds), "-J"));
      client.addAll(options);
      String report = from.command(client).limit(GRACE.plusSeconds(seconds)).run().orThrow().out();
      JsonNode received = new ObjectMapper().readTree(report).path("end").path("sum_received");
      return new Result(
          received.path("bits_per_second").asDouble() / 1e6, received.path("bytes").asDouble());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("iperf3 printed no JSON", e);
    } finally {
      server.kill();
      clearLog(server);
    }
  }

  /** The next server's line must not be taken for this one's. */
  private static void clearLog(LabProcess server) {
    try {
      Files.writeString(server.log(), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
