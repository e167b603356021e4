package dev.meshd.testkit.sim;

import dev.meshd.engine.MeshPeer;
import dev.meshd.testkit.sim.SimNat.Behaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The reference model: who must reach whom, and between whom a direct path exists. Knows nothing of
 * how nodes go about it, only what the server has decided and what the networks allow.
 */
final class Reachability {

  /** One machine calling another. */
  record Pair(SimNode from, SimNode to) {
    @Override
    public String toString() {
      return "%s in %s to %s in %s".formatted(from, from.site(), to, to.site());
    }
  }

  private final SimWorld world;

  Reachability(SimWorld world) {
    this.world = world;
  }

  /** Every pair of which the first may call the second. */
  List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (SimNode from : world.nodes()) {
      for (SimNode to : world.nodes()) {
        if (!from.equals(to) && mustReach(from, to)) {
          pairs.add(new Pair(from, to));
        }
      }
    }
    return pairs;
  }

  private boolean mustReach(SimNode from, SimNode to) {
    return isMember(from) && isMember(to) && world.coordinator().isAllowed(from.name(), to.name());
  }

  /** Whether it is running, and the server knows it by the key it has. */
  boolean isMember(SimNode node) {
    Optional<MeshPeer> entry = world.coordinator().entry(node.name());
    return node.isAwake()
        && entry
            .filter(known -> known.key().equals(node.nodeKey()) && !known.expired())
            .isPresent();
  }

  /** Whether UDP can find a way between the two. */
  static boolean directIsPossible(Pair pair) {
    SimSite a = pair.from().site();
    SimSite b = pair.to().site();
    if (a.equals(b)) {
      return true;
    }
    if (a.kind().blocksUdp() || b.kind().blocksUdp()) {
      return false;
    }
    boolean v6 = a.kind().ipv6() && b.kind().ipv6();
    boolean v4 = a.kind().ipv4() && b.kind().ipv4();
    return v6 || (v4 && canPunch(a.kind().nat(), b.kind().nat()));
  }

  /**
   * Hole punching works unless one side's NAT gives each destination another port and the other
   * side's NAT insists on knowing that port.
   */
  private static boolean canPunch(Optional<SimSite.NatKind> a, Optional<SimSite.NatKind> b) {
    if (isHard(a)) {
      return !isHard(b) && !insistsOnPort(b);
    }
    return !isHard(b) || !insistsOnPort(a);
  }

  private static boolean isHard(Optional<SimSite.NatKind> nat) {
    return nat.filter(kind -> kind.mapping() != Behaviour.ENDPOINT_INDEPENDENT).isPresent();
  }

  private static boolean insistsOnPort(Optional<SimSite.NatKind> nat) {
    return nat.filter(kind -> kind.filtering() == Behaviour.ADDRESS_AND_PORT_DEPENDENT).isPresent();
  }
}
