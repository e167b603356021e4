package dev.meshd.disk;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that only its owner may read and that is replaced as a whole: written to a neighbour,
 * forced to disk, renamed over the old file, and the rename forced. A neighbour left by a crash is
 * removed by the next write. Immutable; one writer at a time.
 *
 * <p>When {@link #replace} fails the old content is still there, with one exception: if only the
 * last step failed, the new content is there now, and after a power cut it may be the old again.
 */
public final class PrivateFile {
  private static final String NEW_SUFFIX = ".new";

  private final Disk disk;
  private final Path path;
  private final Path fresh;

  public PrivateFile(Disk disk, Path path) {
    this.disk = disk;
    this.path = path.toAbsolutePath();
    this.fresh = path.toAbsolutePath().resolveSibling(path.getFileName() + NEW_SUFFIX);
  }

  /** A file on this machine's disk. */
  public static PrivateFile at(Path path) {
    return new PrivateFile(Disk.SYSTEM, path);
  }

  public Path path() {
    return path;
  }

  /** Writes {@code content}; returns when it would survive a power cut. */
  public void replace(byte[] content) throws IOException {
    disk.delete(fresh);
    try {
      disk.create(fresh, content);
      disk.force(fresh);
      disk.rename(fresh, path);
    } catch (IOException e) {
      removeFresh(e);
      throw e;
    }
    forceName();
  }

  /** Removes the file, if it is there; returns when it would not come back with the power. */
  public void delete() throws IOException {
    disk.delete(path);
    forceName();
  }

  /** Gives the file another name in the same directory; returns when that would last. */
  public void moveTo(Path name) throws IOException {
    disk.rename(path, name);
    forceName();
  }

  private void forceName() throws IOException {
    @Nullable Path directory = path.getParent();
    if (directory != null) {
      disk.forceDirectory(directory);
    }
  }

  /** A part of a file on a full disk is the last thing needed there. */
  private void removeFresh(IOException failure) {
    try {
      disk.delete(fresh);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
