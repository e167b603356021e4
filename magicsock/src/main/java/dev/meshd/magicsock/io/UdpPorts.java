package dev.meshd.magicsock.io;

import dev.meshd.linux.Errno;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.UdpFd;
import dev.meshd.linux.UdpOptions;
import dev.meshd.packet.Endpoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The UDP sockets of a node: one for IPv4 and one for IPv6, on all local addresses and on the same
 * port. A host that lacks one of the families has the other only. Thread-safe, as its sockets are.
 */
public final class UdpPorts implements AutoCloseable {
  /** How often a free port is looked for that both families can have. */
  private static final int MAX_ATTEMPTS = 100;

  private final @Nullable UdpFd v4;
  private final @Nullable UdpFd v6;
  private final int port;

  private UdpPorts(@Nullable UdpFd v4, @Nullable UdpFd v6, int port) {
    this.v4 = v4;
    this.v6 = v6;
    this.port = port;
  }

  /**
   * Opens both sockets.
   *
   * @param port 0 for any free one
   * @throws LinuxException EADDRINUSE if the port is taken in either family; EAFNOSUPPORT if the
   *     host has neither family; EPERM if a mark was asked for without CAP_NET_ADMIN
   */
  public static UdpPorts open(int port, UdpOptions options) {
    for (int attempt = 1; ; attempt++) {
      try {
        return openOnce(port, options);
      } catch (LinuxException e) {
        boolean pickAgain = port == 0 && e.errno() == Errno.EADDRINUSE && attempt < MAX_ATTEMPTS;
        if (!pickAgain) {
          throw e;
        }
      }
    }
  }

  private static UdpPorts openOnce(int port, UdpOptions options) {
    Optional<UdpFd> v4 = tryOpen(false, port, options);
    int bound = v4.map(UdpFd::port).orElse(port);
    try {
      Optional<UdpFd> v6 = tryOpen(true, bound, options);
      if (v4.isEmpty() && v6.isEmpty()) {
        throw new LinuxException("open a UDP socket", Errno.EAFNOSUPPORT);
      }
      return new UdpPorts(v4.orElse(null), v6.orElse(null), v6.map(UdpFd::port).orElse(bound));
    } catch (LinuxException e) {
      v4.ifPresent(UdpFd::close);
      throw e;
    }
  }

  /** Empty when the host does not have the family, or has no address of it (IPv6 switched off). */
  private static Optional<UdpFd> tryOpen(boolean v6, int port, UdpOptions options) {
    try {
      return Optional.of(UdpFd.open(UdpFd.anyAddress(v6, port), options));
    } catch (LinuxException e) {
      if (e.errno() == Errno.EAFNOSUPPORT || e.errno() == Errno.EADDRNOTAVAIL) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The port both sockets are bound to. */
  public int port() {
    return port;
  }

  public Optional<UdpFd> v4() {
    return Optional.ofNullable(v4);
  }

  public Optional<UdpFd> v6() {
    return Optional.ofNullable(v6);
  }

  /** The socket that can send to the endpoint, or null; does not allocate. */
  public @Nullable UdpFd socketFor(Endpoint to) {
    return to.address().isV4() ? v4 : v6;
  }

  @Override
  public void close() {
    if (v4 != null) {
      v4.close();
    }
    if (v6 != null) {
      v6.close();
    }
  }

  @Override
  public String toString() {
    return "UDP port " + port;
  }
}
