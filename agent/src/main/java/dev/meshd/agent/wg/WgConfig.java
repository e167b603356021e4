package dev.meshd.agent.wg;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.tun.AssignedAddress;
import java.util.List;

/**
 * A tunnel as its file describes it. Immutable; holds the private key, which whoever builds the
 * tunnel takes over.
 *
 * @param listenPort 0 for any free one
 * @param mtuBytes the interface's MTU
 * @param routes whether to route what peers are allowed into the tunnel
 * @param warnings what the file asks for and is not done, one sentence each
 */
public record WgConfig(
    NodePrivateKey privateKey,
    List<AssignedAddress> addresses,
    int listenPort,
    int mtuBytes,
    boolean routes,
    List<WgPeerConfig> peers,
    List<String> warnings) {
  /** What fits an Ethernet path with IPv6 outside: 1500 less 80. */
  public static final int DEFAULT_MTU = 1420;

  public WgConfig {
    addresses = List.copyOf(addresses);
    peers = List.copyOf(peers);
    warnings = List.copyOf(warnings);
  }
}
