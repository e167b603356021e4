package dev.meshd.coordinator.domain;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A node's addresses inside the network, at most one per family. They stay with the node for its
 * life.
 */
public record NodeAddresses(Optional<IpAddress> v4, Optional<IpAddress> v6) {
  /** IPv4 first. */
  public List<IpAddress> all() {
    return Stream.of(v4, v6).flatMap(Optional::stream).toList();
  }

  /** As /32 and /128. */
  public List<IpPrefix> prefixes() {
    return all().stream().map(IpPrefix::single).toList();
  }
}
