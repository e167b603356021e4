package dev.meshd.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.meshd.bench.measure.Machine;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** Measures this checkout. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "Measures this checkout; docs/performance.md has the figures of the last time.",
    subcommands = {
      TunnelBench.class,
      MeshBench.class,
      ServerBench.class,
      MicroBench.class,
      AllBench.class
    })
public final class Bench {
  private Bench() {}

  public static void main(String[] arguments) {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    // Connections that break while everything is torn down.
    ((Logger) LoggerFactory.getLogger("io.netty")).setLevel(Level.OFF);
    System.exit(run(arguments));
  }

  /** Runs a command line; returns its exit code. */
  static int run(String... arguments) {
    return new CommandLine(new Bench())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("bench: " + failure.getMessage());
              return 1;
            })
        .execute(arguments);
  }

  /** Printed before every table. */
  static void printMachine() {
    System.out.println(Machine.describe());
    System.out.println();
  }
}
