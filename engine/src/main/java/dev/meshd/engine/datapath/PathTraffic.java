package dev.meshd.engine.datapath;

import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.TrafficCounter;
import org.jspecify.annotations.Nullable;

/**
 * Transport data in one direction by the kind of path it took, in sealed bytes. The data-path
 * thread of that direction counts; any thread may read.
 */
public final class PathTraffic {
  private final TrafficCounter directV4 = new TrafficCounter();
  private final TrafficCounter directV6 = new TrafficCounter();
  private final TrafficCounter relayed = new TrafficCounter();

  public TrafficCounter directV4() {
    return directV4;
  }

  public TrafficCounter directV6() {
    return directV6;
  }

  public TrafficCounter relayed() {
    return relayed;
  }

  /** A datagram sent along {@code path}; one that goes both ways counts for both. */
  void sent(PeerPath path, int bytes) {
    @Nullable Endpoint endpoint = path.endpoint();
    if (endpoint != null) {
      direct(endpoint).add(bytes);
    }
    if (path.usesDerp()) {
      relayed.add(bytes);
    }
  }

  /** A datagram received from an endpoint or a relay. */
  void received(Endpoint from, int bytes) {
    (from.isDerp() ? relayed : direct(from)).add(bytes);
  }

  private TrafficCounter direct(Endpoint endpoint) {
    return endpoint.address().isV4() ? directV4 : directV6;
  }
}
