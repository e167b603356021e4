package dev.meshd.bench;

import dev.meshd.bench.lab.LabRights;
import dev.meshd.bench.mesh.MeshBenchmark;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./bench mesh}. */
@Command(
    name = "mesh",
    description = {
      "Two nodes and a server in namespaces: ours, and tailscaled with headscale where they are",
      "found in PATH or in MESHD_INTEROP_BIN. Needs root and iperf3."
    })
final class MeshBench implements Callable<Integer> {
  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "How long each kind of traffic lasts; ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(names = "--rounds", defaultValue = "5", description = "How many; ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--idle",
      defaultValue = "60",
      description = "Seconds for which idle daemons are watched; ${DEFAULT-VALUE}.")
  private int idleSeconds;

  @Override
  public Integer call() throws InterruptedException {
    LabRights.check();
    Bench.printMachine();
    MeshBenchmark.run(rounds, seconds, Duration.ofSeconds(idleSeconds), System.out);
    return 0;
  }
}
