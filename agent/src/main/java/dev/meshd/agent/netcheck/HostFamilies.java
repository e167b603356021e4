package dev.meshd.agent.netcheck;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.function.Predicate;

/**
 * Which address families are worth trying. Immutable.
 *
 * @param ipv4 an interface other than the loopback carries an IPv4 address
 * @param ipv6 the same for an IPv6 address that reaches further than its link
 * @param osHasIpv6 the system knows IPv6 at all
 */
record HostFamilies(boolean ipv4, boolean ipv6, boolean osHasIpv6) {

  static HostFamilies ofThisHost() throws IOException {
    return new HostFamilies(
        anyAddress(Inet4Address.class::isInstance),
        anyAddress(a -> a instanceof Inet6Address && !a.isLinkLocalAddress()),
        canBindIpv6());
  }

  private static boolean anyAddress(Predicate<InetAddress> wanted) throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(HostFamilies::isUp)
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(wanted);
  }

  private static boolean isUp(NetworkInterface link) {
    try {
      return link.isUp() && !link.isLoopback();
    } catch (SocketException gone) {
      return false;
    }
  }

  private static boolean canBindIpv6() {
    try (var socket = new DatagramSocket(0, InetAddress.ofLiteral("::1"))) {
      return socket.isBound();
    } catch (SocketException noIpv6) {
      return false;
    }
  }
}
