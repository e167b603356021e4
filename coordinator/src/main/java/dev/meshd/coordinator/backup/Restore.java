package dev.meshd.coordinator.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.meshd.coordinator.storage.DataDirectory;
import dev.meshd.coordinator.storage.DatabaseCheck;
import dev.meshd.coordinator.storage.StorageException;
import dev.meshd.disk.Disk;
import dev.meshd.disk.DiskFault;
import dev.meshd.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts a backup into a data directory no server uses. The backup is unpacked and checked first;
 * what was there is moved into a directory beside it, never deleted. A mark lies in the directory
 * meanwhile, and a server does not start while it does, so that an interrupted restore is not taken
 * for a network. Stateless.
 */
public final class Restore {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private Restore() {}

  /**
   * A finished restore.
   *
   * @param made when the backup was made
   * @param kept where the former state is, if there was any
   */
  public record Done(Instant made, Optional<Path> kept) {}

  /**
   * Restores {@code file} into {@code dataDir}, which is made if it is not there.
   *
   * @param replace whether a state that is there may be moved aside
   * @throws BackupException with a sentence; nothing has been changed then, unless it says so
   */
  public static Done restore(Path file, Path dataDir, boolean replace, Instant now)
      throws BackupException {
    if (!Files.isReadable(file)) {
      throw new BackupException("there is no readable backup " + file);
    }
    try (DataDirectory directory = DataDirectory.take(dataDir)) {
      List<Path> former = former(directory);
      if (!former.isEmpty() && !replace) {
        throw new BackupException(
            dataDir
                + " holds a server's data already; with --replace it is moved aside and the backup"
                + " takes its place");
      }
      try (Workplace unpacked = Workplace.in(dataDir)) {
        Instant made = BackupArchive.unpack(file, unpacked.path());
        DatabaseCheck.requireWhole(unpacked.file(DataDirectory.DATABASE));
        DatabaseCheck.version(unpacked.file(DataDirectory.DATABASE));
        return new Done(made, exchange(directory, unpacked, former, now));
      }
    } catch (IOException e) {
      throw new BackupException("cannot restore into " + dataDir + ": " + DiskFault.reason(e), e);
    } catch (StorageException e) {
      throw new BackupException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The files of a server that are there, with the database's log. */
  private static List<Path> former(DataDirectory directory) {
    List<String> names = new ArrayList<>(BackupArchive.NAMES);
    names.add(DataDirectory.DATABASE + "-wal");
    names.add(DataDirectory.DATABASE + "-shm");
    return names.stream().map(directory::resolve).filter(Files::exists).toList();
  }

  private static Optional<Path> exchange(
      DataDirectory directory, Workplace unpacked, List<Path> former, Instant now)
      throws IOException {
    PrivateFile mark = PrivateFile.at(directory.resolve(DataDirectory.RESTORE_MARK));
    mark.replace((now + "\n").getBytes(US_ASCII));
    Optional<Path> kept = Optional.empty();
    if (!former.isEmpty()) {
      Path aside = newDirectory(directory, now);
      for (Path old : former) {
        Disk.SYSTEM.rename(old, aside.resolve(old.getFileName()));
      }
      Disk.SYSTEM.forceDirectory(aside);
      kept = Optional.of(aside);
    }
    // A server that runs as another user than root reads what root restores.
    UserPrincipal owner = Files.getOwner(directory.path());
    for (String name : BackupArchive.NAMES) {
      Path file = unpacked.file(name);
      if (Files.exists(file)) {
        if (!Files.getOwner(file).equals(owner)) {
          Files.setOwner(file, owner);
        }
        Disk.SYSTEM.force(file);
        Disk.SYSTEM.rename(file, directory.resolve(name));
      }
    }
    Disk.SYSTEM.forceDirectory(directory.path());
    mark.delete();
    return kept;
  }

  private static Path newDirectory(DataDirectory directory, Instant now) throws IOException {
    String name = "before-restore-" + STAMP.format(now);
    Path path = directory.resolve(name);
    for (int i = 2; Files.exists(path); i++) {
      path = directory.resolve(name + "-" + i);
    }
    return Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
