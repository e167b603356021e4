package dev.meshd.agent.wg;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.packet.IpPrefix;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A peer as the file describes it. Immutable.
 *
 * @param presharedKey zero for none
 * @param persistentKeepalive zero for off
 */
public record WgPeerConfig(
    NodeKey publicKey,
    PresharedKey presharedKey,
    List<IpPrefix> allowedIps,
    Optional<HostAndPort> endpoint,
    Duration persistentKeepalive) {

  public WgPeerConfig {
    allowedIps = List.copyOf(allowedIps);
  }
}
