package dev.meshd.cli.client;

import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meshd metrics}: the daemon's counters as Prometheus text, printed or put into a file. */
@Command(
    name = "metrics",
    description = "Show the daemon's metrics as Prometheus text, or write them to a file.",
    customSynopsis = {"meshd metrics [print]", "meshd metrics write FILE"})
public final class MetricsCommand implements Runnable {
  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "print|write",
      defaultValue = "print",
      description = "What to do with them; print without it.")
  private String action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Replaced whole, for a node exporter's textfile collector.")
  private @Nullable Path file;

  @Override
  public void run() {
    if (action.equals("print") && file == null) {
      spec.commandLine().getOut().print(daemon.ask(daemon.client()::metrics));
      spec.commandLine().getOut().flush();
    } else if (action.equals("write") && file != null) {
      write(daemon.ask(daemon.client()::metrics), file);
    } else {
      throw new CommandFailure(
          Meshd.EXIT_USAGE, "usage: meshd metrics [print], or meshd metrics write FILE");
    }
  }

  /** A reader sees the old file or the new one, never a part. */
  private static void write(String metrics, Path file) {
    Path target = file.toAbsolutePath();
    try {
      Path temporary =
          Files.createTempFile(
              target.getParent(),
              ".meshd-metrics",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(temporary, metrics);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot write " + file + ": " + e, e);
    }
  }
}
