package dev.meshd.bench.lab;

import dev.meshd.bench.measure.Samples;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Echo requests twenty times a second while it is open. Owned by one thread. */
final class PingTrace implements AutoCloseable {
  private static final Pattern ROUND_TRIP = Pattern.compile("time=([\\d.]+) ms");
  private static final int LONGEST_SECONDS = 120;

  private final LabProcess ping;
  private final int alreadyLogged;

  private PingTrace(LabProcess ping) {
    this.ping = ping;
    this.alreadyLogged = ping.logText().length();
  }

  static PingTrace start(LabHost from, String address) {
    return new PingTrace(
        from.start(
            "ping", "ping", "-n", "-i", "0.05", "-w", Integer.toString(LONGEST_SECONDS), address));
  }

  /** The round trips so far in milliseconds; empty when nothing was answered. */
  Optional<Samples> roundTripsMs() {
    List<Double> times =
        ROUND_TRIP
            .matcher(ping.logText().substring(alreadyLogged))
            .results()
            .map((MatchResult found) -> Double.parseDouble(found.group(1)))
            .toList();
    return times.isEmpty() ? Optional.empty() : Optional.of(Samples.of(times));
  }

  @Override
  public void close() {
    ping.kill();
  }
}
