package dev.meshd.coordinator.gate;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Addresses that are counted as one: an IPv4 address, or the /64 of an IPv6 address, which is the
 * least a provider gives to one customer. Immutable.
 *
 * @param text for logs and as the identity
 * @param local this host itself; a reverse proxy on it brings everybody's connections
 */
public record ConnectionSource(String text, boolean local) {
  private static final int NETWORK_BYTES = 8;

  /** Connections without an address, such as those of tests, are local. */
  public static ConnectionSource of(SocketAddress remote) {
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? of(inet.getAddress())
        : new ConnectionSource("local", true);
  }

  static ConnectionSource of(InetAddress address) {
    String text =
        address instanceof Inet6Address
            ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES)) + "/64"
            : address.getHostAddress();
    return new ConnectionSource(text, address.isLoopbackAddress());
  }
}
