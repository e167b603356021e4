package dev.meshd.bench;

import dev.meshd.bench.lab.LabRights;
import dev.meshd.bench.tunnel.TunnelBenchmark;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./bench tunnel}. */
@Command(
    name = "tunnel",
    description = {
      "Plain tunnels in namespaces: ours, and wireguard-go, wireguard-go-current and boringtun-cli",
      "where they are found in PATH or in MESHD_INTEROP_BIN. Needs root and iperf3."
    })
final class TunnelBench implements Callable<Integer> {
  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "How long each run lasts; ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(names = "--rounds", defaultValue = "5", description = "How many; ${DEFAULT-VALUE}.")
  private int rounds;

  @Override
  public Integer call() {
    LabRights.check();
    Bench.printMachine();
    TunnelBenchmark.run(rounds, seconds, System.out);
    return 0;
  }
}
