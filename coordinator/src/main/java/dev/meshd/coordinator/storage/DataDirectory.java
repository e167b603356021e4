package dev.meshd.coordinator.storage;

import dev.meshd.disk.DiskFault;
import dev.meshd.disk.HeldDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The server's directory, readable by nobody else, held by one server at a time: two on one
 * database would each believe what the other has changed. The lock is the kernel's and goes with
 * the process, however that ends.
 */
public final class DataDirectory implements AutoCloseable {
  /** The database. */
  public static final String DATABASE = "server.db";

  /** The relay's own certificate with its key. */
  public static final String RELAY_CERTIFICATE = "relay-certificate.pem";

  /** There while a restore is under way. */
  public static final String RESTORE_MARK = "restore.incomplete";

  private final HeldDirectory held;

  private DataDirectory(HeldDirectory held) {
    this.held = held;
  }

  /**
   * Takes {@code path}, made with mode 0700 when it is not there.
   *
   * @throws StorageException with a sentence when it cannot be made or written, or another server
   *     holds it
   */
  public static DataDirectory take(Path path) {
    try {
      return new DataDirectory(HeldDirectory.take(path));
    } catch (HeldDirectory.HeldByOtherException e) {
      throw new StorageException(
          "another meshd server (" + e.holder() + ") is using the data directory " + path, e);
    } catch (IOException e) {
      throw new StorageException(
          "cannot use the data directory " + path + ": " + DiskFault.reason(e), e);
    }
  }

  /**
   * Checks that nothing of an earlier server has been lost.
   *
   * @throws StorageException when keys are there without their database, or a restore was
   *     interrupted: a server that began anew would have lost everybody
   */
  public void requireComplete() {
    if (Files.exists(resolve(RESTORE_MARK))) {
      throw new StorageException(
          "a restore into "
              + path()
              + " was interrupted; run meshd server restore again, with --replace");
    }
    try {
      Path database = resolve(DATABASE);
      boolean hasDatabase = Files.exists(database) && Files.size(database) > 0;
      if (!hasDatabase && Files.exists(resolve(ServerKeys.NOISE))) {
        throw new StorageException(
            "the database "
                + database
                + " is missing or empty, although "
                + ServerKeys.NOISE
                + " shows that a server has worked here; bring back a backup with meshd server"
                + " restore, or remove "
                + ServerKeys.NOISE
                + " to begin anew without users and nodes");
      }
    } catch (IOException e) {
      throw new StorageException(
          "cannot use the data directory " + path() + ": " + DiskFault.reason(e), e);
    }
  }

  public Path path() {
    return held.path();
  }

  public Path resolve(String name) {
    return held.file(name);
  }

  @Override
  public void close() throws IOException {
    held.close();
  }
}
