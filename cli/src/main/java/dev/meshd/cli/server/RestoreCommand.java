package dev.meshd.cli.server;

import dev.meshd.cli.CommandFailure;
import dev.meshd.coordinator.backup.BackupException;
import dev.meshd.coordinator.backup.Restore;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meshd server restore FILE}. */
@Command(
    name = "restore",
    description = "Put a backup into the data directory; the server must not run.")
final class RestoreCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--replace",
      description = "Move the data that is there aside; without this it is left alone.")
  private boolean replace;

  @Parameters(paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  @Override
  public void run() {
    Path directory = data.directory();
    try {
      Restore.Done done = Restore.restore(file, directory, replace, Instant.now());
      if (spec != null) {
        var out = spec.commandLine().getOut();
        out.println("Restored the backup of " + done.made() + " into " + directory + ".");
        done.kept().ifPresent(kept -> out.println("The former data is in " + kept + "."));
      }
    } catch (BackupException e) {
      throw new CommandFailure("meshd server restore: " + e.getMessage(), e);
    }
  }
}
