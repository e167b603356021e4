package dev.meshd.testkit.sim;

import dev.meshd.packet.Endpoint;
import java.util.Optional;

/** What stands between one network and the rest of the internet, for one address family. */
sealed interface Gateway permits SimNat, SimFirewall {

  /** Lets a datagram out; returns the source that the world sees. */
  Endpoint outbound(Endpoint from, Endpoint to, long nowNs);

  /** Whom inside a datagram from outside is for; empty if it is not let in. */
  Optional<Endpoint> inbound(Endpoint from, Endpoint to, long nowNs);

  /** Forgets every flow, as a router does when it restarts. */
  void flush();

  /** How many flows it remembers. */
  int size();
}
