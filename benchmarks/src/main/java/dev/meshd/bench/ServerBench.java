package dev.meshd.bench;

import dev.meshd.bench.lab.Program;
import dev.meshd.bench.server.ServerBenchmark;
import dev.meshd.bench.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./bench server}. */
@Command(
    name = "server",
    description = "Many simulated nodes on one real coordination server; needs no root.")
final class ServerBench implements Callable<Integer> {
  @Option(names = "--nodes", defaultValue = "1000", description = "How many; ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--joins-at-once",
      defaultValue = "50",
      description = "How many join at any time; ${DEFAULT-VALUE}.")
  private int joinsAtOnce;

  @Option(
      names = "--rounds",
      defaultValue = "10",
      description = "How often each kind of change is made; ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--idle",
      defaultValue = "10",
      description = "Seconds for which the idle server is watched; ${DEFAULT-VALUE}.")
  private int idleSeconds;

  @Option(
      names = "--limit",
      defaultValue = "180",
      description = "Seconds after which anything has failed; ${DEFAULT-VALUE}.")
  private int limitSeconds;

  @Option(names = "--keep", description = "Keep the server's data and log, and say where.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    Bench.printMachine();
    Path directory = Files.createTempDirectory("meshd-bench-server-");
    try {
      ServerOptions options =
          new ServerOptions(
              Program.meshd(),
              nodes,
              joinsAtOnce,
              rounds,
              Duration.ofSeconds(idleSeconds),
              Duration.ofSeconds(limitSeconds));
      List<String> faults = ServerBenchmark.run(options, directory, System.out);
      faults.forEach(fault -> System.out.println("FAULT: " + fault));
      return faults.isEmpty() ? 0 : 1;
    } finally {
      if (keep) {
        System.out.println("The server's data and log are in " + directory);
      } else {
        deleteTree(directory);
      }
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
