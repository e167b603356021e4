package dev.meshd.engine;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.timer.DeadlineHeap;
import java.util.Set;

/**
 * What every {@link MeshLink} shares with the others. Owned by the engine loop.
 *
 * @param deadlines when each link wants to be called
 * @param active the links that are being talked to
 */
record LinkServices(
    SecureRandomSource random,
    DiscoPort disco,
    RelayUse relays,
    EndpointDiscovery discovery,
    UserPings userPings,
    Handshakes handshakes,
    DeadlineHeap<MeshLink> deadlines,
    Set<MeshLink> active,
    EngineOutput out) {

  /** What a link may ask of WireGuard. */
  interface Handshakes {
    /** Whether an initiation waits for its response. */
    boolean isUnanswered(WireGuardPeer session);

    /** The initiation was lost: send another. */
    void repeat(WireGuardPeer session, long nowNs);
  }
}
