package dev.meshd.bench.tunnel;

import dev.meshd.bench.lab.Load;
import dev.meshd.bench.lab.Rounds;
import dev.meshd.bench.measure.ProcessUsage;
import dev.meshd.crypto.AeadSelection;
import dev.meshd.testkit.lab.Lab;
import java.io.PrintStream;
import java.util.List;

/**
 * Throughput, latency under load, processor time and memory of plain tunnels. All tunnels run from
 * the start and are warmed up; then every kind of traffic goes through each of them in turn, round
 * after round, so that a busy moment of the machine hits all alike. Stateless.
 */
public final class TunnelBenchmark {
  private static final int WARM_UP_SECONDS = 6;

  private TunnelBenchmark() {}

  /** Measures with namespaces of its own and prints a table. */
  public static void run(int rounds, int seconds, PrintStream out) {
    try (Lab lab = Lab.create("btunnel")) {
      List<Tunnel> tunnels = Tunnel.startAll(lab);
      Rounds figures = new Rounds(tunnels.stream().map(Tunnel::name).toList());
      AeadSelection aead = AeadSelection.current();
      out.printf(
          "Packet cipher of meshd: %s (%s). MTU %d, %d rounds of %d s each.%n%n",
          aead.engine(), aead.reason(), Side.MTU, rounds, seconds);
      tunnels.forEach(
          tunnel -> figures.note("start to first answer, s", tunnel.name(), tunnel.startSeconds()));
      memory(tunnels, figures, "RSS idle, sender, MiB", 0);
      for (Tunnel tunnel : tunnels) {
        Load.run(tunnel.link(), Load.Kind.TCP_1, WARM_UP_SECONDS);
      }
      for (int round = 0; round < rounds; round++) {
        for (Load.Kind kind : Load.Kind.values()) {
          for (Tunnel tunnel : tunnels) {
            measure(tunnel, kind, seconds, figures);
          }
        }
      }
      memory(tunnels, figures, "RSS after load, sender, MiB", 0);
      memory(tunnels, figures, "RSS after load, receiver, MiB", 1);
      out.println(figures.table());
    }
  }

  private static void measure(Tunnel tunnel, Load.Kind kind, int seconds, Rounds figures) {
    Load.Result result = Load.run(tunnel.link(), kind, seconds);
    figures.note(kind.title(), tunnel.name(), result.megabitsPerSecond());
    if (kind == Load.Kind.TCP_1) {
      figures.note("CPU seconds per GB, both ends", tunnel.name(), result.cpuSecondsPerGigabyte());
      result
          .pingMs()
          .ifPresent(
              ping -> {
                figures.note("ping under 1 stream, p50, ms", tunnel.name(), ping.median());
                figures.note("ping under 1 stream, p95, ms", tunnel.name(), ping.quantile(0.95));
              });
    }
  }

  private static void memory(List<Tunnel> tunnels, Rounds figures, String what, int end) {
    for (Tunnel tunnel : tunnels) {
      figures.note(
          what, tunnel.name(), ProcessUsage.of(tunnel.link().pids().get(end)).residentMebibytes());
    }
  }
}
