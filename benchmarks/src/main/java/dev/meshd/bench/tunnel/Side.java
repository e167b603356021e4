package dev.meshd.bench.tunnel;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.testkit.lab.LabHost;

/**
 * One end of a tunnel: 10.9.0.1 or 10.9.0.2. Immutable.
 *
 * @param interfaceName unique on the machine, as control sockets are
 */
record Side(LabHost host, int number, String interfaceName, NodePrivateKey key) {
  static final int PORT = 51_820;
  static final int MTU = 1420;

  String address() {
    return "10.9.0." + number;
  }

  /** The lines about the other side, in the format of {@code wg setconf}. */
  String peerSection(Side other) {
    return """
        [Peer]
        PublicKey = %s
        AllowedIPs = %s/32
        Endpoint = %s:%d
        """
        .formatted(other.key().publicKey().base64(), other.address(), other.host().ipv4(), PORT);
  }
}
