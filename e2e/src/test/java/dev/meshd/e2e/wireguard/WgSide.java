package dev.meshd.e2e.wireguard;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.testkit.lab.LabHost;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One end of a plain tunnel: a host, an interface, a key, and addresses inside: 10.9.0.N and
 * fd09::N. Immutable.
 *
 * @param number 1 or 2
 */
record WgSide(LabHost host, int number, String interfaceName, NodePrivateKey key) {
  static final int PORT = 51820;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  /** With a fresh key, and an interface name that is unique on the machine, as its sockets are. */
  static WgSide of(LabHost host, int number) {
    String unique = Long.toString(ProcessHandle.current().pid(), 36);
    String name = "wg" + unique + "x" + COUNTER.incrementAndGet();
    return new WgSide(host, number, name, NodePrivateKey.generate());
  }

  String ipv4() {
    return "10.9.0." + number;
  }

  String ipv6() {
    return "fd09::" + number;
  }

  /** Where the other side can reach this one from outside. */
  String endpoint(boolean overIpv6) {
    return (overIpv6 ? "[" + host.ipv6() + "]" : host.ipv4()) + ":" + PORT;
  }

  /**
   * The [Peer] section about the other side.
   *
   * @param extra further lines, such as Endpoint and PresharedKey
   */
  static String peerSection(WgSide other, String extra) {
    return """
        [Peer]
        PublicKey = %s
        AllowedIPs = %s/32, %s/128
        %s
        """
        .formatted(other.key().publicKey().base64(), other.ipv4(), other.ipv6(), extra);
  }
}
