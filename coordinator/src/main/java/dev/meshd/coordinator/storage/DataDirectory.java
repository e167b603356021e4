package dev.meshd.coordinator.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The server's directory, held by one server at a time: two on one database would each believe what
 * the other has changed. The lock is the kernel's and goes with the process, however that ends.
 */
public final class DataDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel lockFile;

  private DataDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Takes {@code path}, made with mode 0700 when it is not there.
   *
   * @throws StorageException with a sentence when it cannot be made or written, or another server
   *     holds it
   */
  public static DataDirectory take(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new StorageException(
          "cannot make the data directory " + path + ": " + e.getMessage(), e);
    }
    if (!Files.isWritable(path)) {
      throw new StorageException("the data directory " + path + " is not writable for this user");
    }
    try {
      FileChannel lockFile =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(lockFile) == null) {
        lockFile.close();
        throw new StorageException("another meshd server is using the data directory " + path);
      }
      return new DataDirectory(path, lockFile);
    } catch (IOException e) {
      throw new StorageException(
          "cannot lock the data directory " + path + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable FileLock lock(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by another server of this very process.
      return null;
    }
  }

  public Path path() {
    return path;
  }

  public Path resolve(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
