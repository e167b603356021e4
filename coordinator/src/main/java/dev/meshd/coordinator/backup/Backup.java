package dev.meshd.coordinator.backup;

import dev.meshd.coordinator.storage.DataDirectory;
import dev.meshd.coordinator.storage.DatabaseCheck;
import dev.meshd.coordinator.storage.StorageException;
import dev.meshd.disk.Disk;
import dev.meshd.disk.DiskFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Makes a backup of a data directory, whether its server runs or not: the database is read in one
 * transaction, so that the copy is the network of one moment, and the server goes on meanwhile.
 * Stateless.
 */
public final class Backup {
  private static final String DATABASE = DataDirectory.DATABASE;

  private Backup() {}

  /** A finished backup. */
  public record Made(Path file, long bytes) {}

  /**
   * Writes everything to {@code file}, mode 0600, all or nothing, read back and checked before it
   * gets its name.
   *
   * @throws BackupException with a sentence; there is no file then
   */
  public static Made make(Path dataDir, Path file, Instant now) throws BackupException {
    Path target = file.toAbsolutePath();
    Path parent = target.getParent();
    if (Files.exists(target)) {
      throw new BackupException(target + " is there already; a backup overwrites nothing");
    }
    if (parent == null || !Files.isDirectory(parent)) {
      throw new BackupException("there is no directory " + parent + " to put the backup in");
    }
    requireData(dataDir);
    try (Workplace work = Workplace.in(parent)) {
      Path archive = gather(dataDir, work, now);
      check(archive, parent);
      Disk.SYSTEM.force(archive);
      if (Files.exists(target)) {
        throw new BackupException(target + " is there already; a backup overwrites nothing");
      }
      Disk.SYSTEM.rename(archive, target);
      Disk.SYSTEM.forceDirectory(parent);
      return new Made(target, Files.size(target));
    } catch (IOException e) {
      throw new BackupException(
          "cannot write the backup " + target + ": " + DiskFault.reason(e), e);
    } catch (StorageException e) {
      throw new BackupException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireData(Path dataDir) throws BackupException {
    if (!Files.isReadable(dataDir)) {
      throw new BackupException(
          Files.exists(dataDir)
              ? "the data directory "
                  + dataDir
                  + " is not readable; run this as root or as the user the server runs as"
              : "there is no data directory " + dataDir + "; name it with --data-dir or --config");
    }
    if (!Files.exists(dataDir.resolve(DATABASE))) {
      throw new BackupException(
          dataDir + " holds no server's data; name the directory with --data-dir or --config");
    }
  }

  private static Path gather(Path dataDir, Workplace work, Instant now) throws IOException {
    DatabaseCheck.copy(dataDir.resolve(DATABASE), work.file(DATABASE));
    for (String name : BackupArchive.NAMES) {
      Path original = dataDir.resolve(name);
      if (!name.equals(DATABASE) && Files.exists(original)) {
        Files.createFile(work.file(name), BackupArchive.OWNER_ONLY);
        Files.write(work.file(name), Files.readAllBytes(original));
      }
    }
    Path archive = work.file("archive");
    BackupArchive.pack(work.path(), archive, now);
    return archive;
  }

  /** Reads it back as a restore would. */
  private static void check(Path archive, Path scratch) throws IOException, BackupException {
    try (Workplace copy = Workplace.in(scratch)) {
      BackupArchive.unpack(archive, copy.path());
      DatabaseCheck.requireWhole(copy.file(DATABASE));
      DatabaseCheck.version(copy.file(DATABASE));
    }
  }
}
