package dev.meshd.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.testkit.lab.LabAccess;
import dev.meshd.testkit.lab.LabProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One TCP stream through the mesh, measured by iperf3 where it is installed and by {@link
 * TrafficGenerator} elsewhere. Immutable.
 *
 * @param megabitsPerSecond what the receiver counted
 * @param tool who measured
 */
record Throughput(double megabitsPerSecond, String tool) {
  private static final String SECONDS = "3";
  private static final String PORT = "5201";
  private static final Duration LIMIT = Duration.ofSeconds(40);

  static Throughput measure(DemoNode from, DemoNode to) {
    return LabAccess.program("iperf3").isPresent() ? iperf3(from, to) : generator(from, to);
  }

  private static Throughput iperf3(DemoNode from, DemoNode to) {
    LabProcess server =
        to.host()
            .start("iperf3", "iperf3", "-s", "-1", "--forceflush", "-B", to.ipv4(), "-p", PORT);
    try {
      server.awaitLog("Server listening", LIMIT);
      String text =
          from.host()
              .command("iperf3", "-c", to.ipv4(), "-p", PORT, "-t", SECONDS, "-J")
              .limit(LIMIT)
              .run()
              .orThrow()
              .out();
      JsonNode received = new ObjectMapper().readTree(text).path("end").path("sum_received");
      return new Throughput(received.path("bits_per_second").asDouble() / 1e6, "iperf3");
    } catch (JsonProcessingException e) {
      throw new DemoFailure("iperf3 printed no JSON");
    } finally {
      server.stop();
    }
  }

  private static Throughput generator(DemoNode from, DemoNode to) {
    LabProcess receiver =
        to.host()
            .command(MeshdProgram.java(TrafficGenerator.class, List.of("receive", to.ipv4(), PORT)))
            .start("traffic");
    try {
      receiver.awaitLog("listening", LIMIT);
      from.host()
          .command(
              MeshdProgram.java(TrafficGenerator.class, List.of("send", to.ipv4(), PORT, SECONDS)))
          .limit(LIMIT)
          .run()
          .orThrow();
      String rate = receiver.awaitLog("received ([\\d.]+) Mbit/s", LIMIT).group(1);
      return new Throughput(Double.parseDouble(rate), "meshd's own generator");
    } finally {
      receiver.stop();
    }
  }

  @Override
  public String toString() {
    return megabitsPerSecond >= 1000
        ? String.format(Locale.ROOT, "%.2f Gbit/s", megabitsPerSecond / 1000)
        : String.format(Locale.ROOT, "%.0f Mbit/s", megabitsPerSecond);
  }
}
