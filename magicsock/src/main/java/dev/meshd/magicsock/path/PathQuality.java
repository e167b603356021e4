package dev.meshd.magicsock.path;

import dev.meshd.packet.Endpoint;

/**
 * A way to a peer that has been seen to work. Immutable.
 *
 * @param address where datagrams are sent
 * @param vni network identifier of a UDP relay at that address, 0 for the peer itself
 * @param latencyNs round trip of the last ping
 * @param wireMtu largest IP packet known to fit
 */
public record PathQuality(Endpoint address, int vni, long latencyNs, int wireMtu) {

  /** What every path is assumed to carry until probed: a 1280-byte inner packet plus headers. */
  public static final int DEFAULT_WIRE_MTU = 1360;

  /** A direct path of the default MTU. */
  public static PathQuality direct(Endpoint address, long latencyNs) {
    return new PathQuality(address, 0, latencyNs, DEFAULT_WIRE_MTU);
  }

  /** Whether the address is the peer's own and not a relay's. */
  public boolean isDirect() {
    return vni == 0;
  }

  boolean sameAddress(PathQuality other) {
    return vni == other.vni && address.equals(other.address);
  }
}
