package dev.meshd.linux;

/** A system call that failed: what was tried, and the error number the kernel gave. */
public final class LinuxException extends RuntimeException {
  private final String attempt;
  private final int errno;

  /** {@code attempt} completes the sentence "cannot …", for example "open /dev/net/tun". */
  public LinuxException(String attempt, int errno) {
    super("cannot " + attempt + ": " + Errno.describe(errno));
    this.attempt = attempt;
    this.errno = errno;
  }

  /** The message: what was tried and why it failed. */
  public String sentence() {
    return "cannot " + attempt + ": " + Errno.describe(errno);
  }

  /** One of the {@link Errno} constants, or another number of the kernel's. */
  public int errno() {
    return errno;
  }
}
