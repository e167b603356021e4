package dev.meshd.coordinator.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Where a listener binds: {@code 0.0.0.0:8080}, {@code [::]:8080}, {@code :8080} (every address),
 * {@code localhost:0}.
 *
 * @param host literal or name without brackets; empty means every address of both families
 * @param port 0 lets the system choose
 */
public record ListenAddress(String host, int port) {

  /** Empty when {@code text} is not {@code HOST:PORT}. */
  public static Optional<ListenAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return port < 0 || port > 65535
          ? Optional.empty()
          : Optional.of(new ListenAddress(host, port));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Resolves the host; {@code 0.0.0.0} and an empty host bind both families where the system has
   * both.
   */
  public InetSocketAddress toSocketAddress() throws UnknownHostException {
    return host.isEmpty()
        ? new InetSocketAddress(port)
        : new InetSocketAddress(InetAddress.getByName(host), port);
  }

  /** True when the listener takes connections on every address of the host. */
  public boolean isWildcard() {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  public ListenAddress withPort(int newPort) {
    return new ListenAddress(host, newPort);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
