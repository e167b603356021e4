package dev.meshd.agent.wg;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where a peer is to be reached: an address or a name, and a port. Immutable.
 *
 * @param host an IPv4 or IPv6 address without brackets, or a host name
 * @param port 1 to 65535
 */
public record HostAndPort(String host, int port) {
  /**
   * Reads {@code 192.0.2.1:51820}, {@code [2001:db8::1]:51820} or {@code vpn.example.com:51820}.
   *
   * @throws IllegalArgumentException with the reason if the text is anything else
   */
  public static HostAndPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("has no port; write host:port");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (IpAddress.tryParse(host).filter(IpAddress::isV6).isEmpty()) {
        throw new IllegalArgumentException("only an IPv6 address goes between brackets");
      }
    } else if (host.contains(":")) {
      throw new IllegalArgumentException("write an IPv6 address as [address]:port");
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException("has no host; write host:port");
    }
    return new HostAndPort(host, parsePort(text.substring(colon + 1)));
  }

  private static int parsePort(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= Endpoint.MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException("the port must be 1 to 65535");
  }

  /**
   * Looks a name up; an address stands for itself. May block on DNS.
   *
   * @throws UnknownHostException if the name has no address
   */
  public Endpoint resolve() throws UnknownHostException {
    return Endpoint.of(IpAddress.of(InetAddress.getByName(host)), port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
