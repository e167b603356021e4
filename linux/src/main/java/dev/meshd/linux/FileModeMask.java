package dev.meshd.linux;

/**
 * The bits that are taken off the mode of every file this process makes (umask(2)). One for the
 * whole process, so changed only for a moment.
 */
public final class FileModeMask implements AutoCloseable {
  private final int before;

  private FileModeMask(int before) {
    this.before = before;
  }

  /** Until closed, what is made is for its owner alone. */
  public static FileModeMask ownerOnly() {
    return new FileModeMask(Libc.umask(0077));
  }

  @Override
  public void close() {
    Libc.umask(before);
  }
}
