package dev.meshd.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory that nobody else may look into and that one process holds at a time. The lock is the
 * kernel's and ends with the process, however that ends; the file {@code lock} also names its
 * holder, for people. Immutable.
 */
public final class HeldDirectory implements AutoCloseable {
  private static final String LOCK_FILE = "lock";
  private static final int MAX_DIGITS = 20;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;
  private final FileChannel lockFile;

  private HeldDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Somebody else holds the directory. */
  public static final class HeldByOtherException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient OptionalLong holder;

    HeldByOtherException(Path path, OptionalLong holder) {
      super(path + " is held by another process");
      this.holder = holder;
    }

    /** {@code process 123}, or {@code another process}. */
    public String holder() {
      return holder.isPresent() ? "process " + holder.getAsLong() : "another process";
    }
  }

  /**
   * Makes the directory if need be, closes it to other users and takes its lock.
   *
   * @throws HeldByOtherException if another process holds it
   */
  public static HeldDirectory take(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Files.createDirectories(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    if (!Files.getPosixFilePermissions(path).equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    }
    FileChannel file =
        FileChannel.open(
            path.resolve(LOCK_FILE),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (tryLock(file) == null) {
        throw new HeldByOtherException(path, readHolder(file));
      }
      writeHolder(file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return new HeldDirectory(path, file);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  /** A note, not the lock: a full disk must not keep the holder out. */
  private static void writeHolder(FileChannel file) {
    try {
      file.truncate(0);
      file.write(US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
    } catch (IOException e) {
      // Then nobody can be told who holds the directory; that it is held, the kernel says.
    }
  }

  private static OptionalLong readHolder(FileChannel file) throws IOException {
    ByteBuffer note = ByteBuffer.allocate(MAX_DIGITS);
    file.read(note, 0);
    String text = US_ASCII.decode(note.flip()).toString().strip();
    return Optional.of(text)
        .filter(digits -> digits.matches("[0-9]{1,18}"))
        .map(digits -> OptionalLong.of(Long.parseLong(digits)))
        .orElseGet(OptionalLong::empty);
  }

  public Path path() {
    return path;
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  /** Lets the directory go. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
