package dev.meshd.wireguard;

import dev.meshd.packet.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * How datagrams reach a peer at this moment. WireGuard itself never looks inside: it hands the path
 * to whoever sends.
 *
 * <p>A path with neither an endpoint nor a relay is {@link #NONE}. Immutable, published whole.
 *
 * @param endpoint where UDP datagrams go, if anywhere
 * @param derpRegion the relay region through which the peer is reached, or 0
 * @param alsoDerp whether to send by the relay as well while an endpoint is set, because it has not
 *     been proven lately
 */
public record PeerPath(@Nullable Endpoint endpoint, int derpRegion, boolean alsoDerp) {
  public static final PeerPath NONE = new PeerPath(null, 0, false);

  public PeerPath {
    if (endpoint != null && endpoint.isDerp()) {
      throw new IllegalArgumentException("a relay is named by its region, not by " + endpoint);
    }
  }

  /** By UDP alone. */
  public static PeerPath direct(Endpoint endpoint) {
    return new PeerPath(endpoint, 0, false);
  }

  /** By a relay alone. */
  public static PeerPath relayed(int derpRegion) {
    return new PeerPath(null, derpRegion, false);
  }

  public boolean isNone() {
    return endpoint == null && derpRegion == 0;
  }

  /** Whether datagrams go to the relay. */
  public boolean usesDerp() {
    return derpRegion != 0 && (endpoint == null || alsoDerp);
  }
}
