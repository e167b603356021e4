package dev.meshd.control.session;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How one message changed the network map. Values that came again unchanged are not in it.
 *
 * @param first whether this is the first map of a stream: the receiver compares with what it holds
 *     from before itself
 * @param peers changed peers by ascending id, each once
 * @param parts the other parts that differ
 */
public record NetmapChange(boolean first, List<PeerDelta> peers, Set<Part> parts) {
  /** The parts of a network map beside the peers. */
  public enum Part {
    /** Our own node. */
    SELF,
    /** The relays. */
    DERP_MAP,
    /** The packet filter. */
    FILTER,
    /** Name resolution. */
    DNS,
    /** The users of the nodes. */
    USERS,
    /** Who may open SSH sessions. */
    SSH_POLICY,
    /** Warnings and messages of the server. */
    HEALTH,
    /** Display name of the network, lock state, clock, log ids. */
    OTHER
  }

  /** Copies its arguments. */
  public NetmapChange {
    peers = List.copyOf(peers);
    parts = parts.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(parts));
  }

  /** Whether nothing differs. */
  public boolean isEmpty() {
    return !first && peers.isEmpty() && parts.isEmpty();
  }

  /** Whether {@code part} differs. */
  public boolean touches(Part part) {
    return first || parts.contains(part);
  }
}
