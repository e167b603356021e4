package dev.meshd.agent.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's own directory, readable by nobody else, held by one daemon at a time: the lock ends
 * with the process, however that ends.
 */
public final class StateDirectory implements Closeable {
  private static final String LOCK_FILE = "lock";

  private final Path path;
  private final FileChannel lockFile;

  private StateDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Creates the directory if need be, closes it to other users and takes its lock.
   *
   * @throws StateException if it cannot be used, or another daemon uses it
   */
  public static StateDirectory open(Path path) throws StateException {
    try {
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(path, PosixFilePermissions.asFileAttribute(ownerOnly));
      if (!Files.getPosixFilePermissions(path).equals(ownerOnly)) {
        Files.setPosixFilePermissions(path, ownerOnly);
      }
      return lock(path);
    } catch (StateException e) {
      throw e;
    } catch (AccessDeniedException e) {
      throw new StateException(
          "no permission to use the state directory " + path + "; run the daemon as root", e);
    } catch (IOException e) {
      throw new StateException("cannot use the state directory " + path + ": " + e.getMessage(), e);
    }
  }

  private static StateDirectory lock(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(
            path.resolve(LOCK_FILE),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    if (tryLock(file) == null) {
      file.close();
      throw new StateException("another meshd daemon is already using the state directory " + path);
    }
    return new StateDirectory(path, file);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
