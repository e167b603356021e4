package dev.meshd.e2e.wireguard;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One TCP stream through a tunnel, measured by iperf3 where it arrives. */
final class Stream {
  /** As fast as it goes. */
  static final int UNLIMITED = 0;

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private Stream() {}

  /**
   * Sends for a while and returns the rate at which it arrived, in Mbit/s.
   *
   * @param megabits the rate to send at, or {@link #UNLIMITED}
   */
  static double run(WgSide from, WgSide to, int megabits, int seconds) {
    String log = "iperf3-" + COUNTER.incrementAndGet();
    try (LabProcess server =
        to.host().start(log, "iperf3", "-s", "-1", "--forceflush", "-B", to.ipv4())) {
      server.awaitLog("listening", LIMIT);
      String rate = megabits + "M";
      String report =
          from.host()
              .command("iperf3", "-J", "-c", to.ipv4(), "-t", seconds + "", "-b", rate)
              .limit(LIMIT)
              .run()
              .orThrow()
              .out();
      return new ObjectMapper()
              .readTree(report)
              .path("end")
              .path("sum_received")
              .path("bits_per_second")
              .asDouble()
          / 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
