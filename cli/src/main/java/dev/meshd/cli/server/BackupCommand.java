package dev.meshd.cli.server;

import dev.meshd.cli.CommandFailure;
import dev.meshd.coordinator.backup.Backup;
import dev.meshd.coordinator.backup.BackupException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meshd server backup FILE}. */
@Command(
    name = "backup",
    description = "Write users, nodes and the server's keys to one file; the server may run.",
    footer = {"", "Keep the file secret: whoever has it can pass for the server."})
final class BackupCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private DataOptions data = new DataOptions();

  @Parameters(paramLabel = "FILE", description = "The backup; must not be there yet.")
  private Path file = Path.of("");

  @Override
  public void run() {
    try {
      Backup.Made made = Backup.make(data.directory(), file, Instant.now());
      if (spec != null) {
        spec.commandLine()
            .getOut()
            .println("Wrote and checked " + made.file() + ", " + made.bytes() + " bytes.");
      }
    } catch (BackupException e) {
      throw new CommandFailure("meshd server backup: " + e.getMessage(), e);
    }
  }
}
