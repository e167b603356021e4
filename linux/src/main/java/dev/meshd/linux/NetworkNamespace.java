package dev.meshd.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace (network_namespaces(7)): the interfaces, addresses, routes and ports that a
 * thread sees. Sockets belong for good to the one they were opened in. Owned by one thread.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  private final Fd fd;

  NetworkNamespace(Fd fd) {
    this.fd = fd;
  }

  /** Whether the calling thread is in it. */
  public boolean isCurrent() {
    try {
      Path descriptor = Path.of("/proc/self/fd", Integer.toString(fd.number()));
      return Files.readSymbolicLink(descriptor).equals(Files.readSymbolicLink(OWN));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Moves the calling thread into it, for the rest of the thread's life as a rule.
   *
   * @throws LinuxException EPERM without CAP_SYS_ADMIN
   */
  public void enter() {
    if (Libc.setns(fd.number(), CLONE_NEWNET) != 0) {
      throw new LinuxException("enter a network namespace", Libc.errno());
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
