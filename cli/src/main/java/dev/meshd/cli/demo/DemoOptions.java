package dev.meshd.cli.demo;

import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;

/**
 * What the user asked for. Immutable.
 *
 * @param peers how many nodes
 * @param nat the router in front of each
 * @param ipv6 whether nodes have IPv6 to the internet, where nothing translates it
 * @param keep whether to stay up at the end
 */
record DemoOptions(int peers, NatKind nat, boolean ipv6, boolean keep) {
  Site site() {
    Site both = Site.behind(nat);
    return ipv6 ? both : both.ipv4Only();
  }

  /** Says whether two such nodes can reach each other without the relay. */
  boolean directPathExists() {
    return switch (nat) {
      case NONE, EASY, ADDRESS_ONLY, FULL_CONE, DOUBLE -> true;
      case HARD -> ipv6;
      case UDP_BLOCKED -> false;
    };
  }
}
