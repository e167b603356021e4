package dev.meshd.bench.lab;

import dev.meshd.bench.measure.ProcessUsage;
import dev.meshd.bench.measure.Samples;
import dev.meshd.testkit.lab.LabHost;
import java.util.List;
import java.util.Optional;

/** Traffic through a tunnel or a mesh, and what it costs. Immutable. */
public final class Load {
  private static final double GIGA = 1e9;
  private static final String WARM_UP_SECONDS = "1";

  private Load() {}

  /** A kind of traffic. */
  public enum Kind {
    TCP_1("TCP, 1 stream, Mbit/s", ""),
    TCP_8("TCP, 8 streams, Mbit/s", "-P 8"),
    UDP("UDP, 1200 bytes, 2 Gbit/s offered, Mbit/s received", "-u -b 2G -l 1200");

    private final String title;
    private final String options;

    Kind(String title, String options) {
      this.title = title;
      this.options = options;
    }

    public String title() {
      return title;
    }
  }

  /**
   * What two hosts exchange traffic through.
   *
   * @param from the sender
   * @param to the receiver
   * @param address the receiver's, inside
   * @param pids of the programs that carry the traffic
   */
  public record Link(LabHost from, LabHost to, String address, List<Long> pids) {}

  /**
   * What came out.
   *
   * @param pingMs round trips meanwhile; empty when none was answered
   */
  public record Result(
      double megabitsPerSecond, double cpuSecondsPerGigabyte, Optional<Samples> pingMs) {}

  /** Runs for some seconds, of which the first is not counted. */
  public static Result run(Link link, Kind kind, int seconds) {
    double cpuBefore = cpu(link);
    try (PingTrace ping = PingTrace.start(link.from(), link.address())) {
      List<String> options =
          List.of(("-O " + WARM_UP_SECONDS + " " + kind.options).strip().split(" "));
      Iperf.Result result = Iperf.run(link.from(), link.to(), link.address(), seconds, options);
      // The bytes of the first second are not in the report; the rate says how many they were.
      double bytes = result.bytes() * (seconds + 1) / seconds;
      return new Result(
          result.megabitsPerSecond(),
          (cpu(link) - cpuBefore) / (bytes / GIGA),
          ping.roundTripsMs());
    }
  }

  private static double cpu(Link link) {
    return link.pids().stream().mapToDouble(pid -> ProcessUsage.of(pid).cpuSeconds()).sum();
  }
}
