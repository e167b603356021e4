package dev.meshd.testkit.sim;

/**
 * One thing that happens to a mesh. Machines, sites and relay regions are named by number, and what
 * makes no sense when its time has come (waking a machine that is not asleep, say) does nothing, so
 * that any transition can be left out of a history without spoiling the others.
 */
sealed interface Transition {

  // --- the underlay

  record Weather(LinkFaults faults) implements Transition {}

  /** Some router's MTU drops, and nobody tells. */
  record OnlyShortDatagrams() implements Transition {}

  record SiteForgetsFlows(int site) implements Transition {}

  // --- machines

  /** kill -9; the daemon is started again after a while. */
  record Crash(int node, long downNs) implements Transition {}

  record Sleep(int node, long forNs) implements Transition {}

  record Roam(int node, int site) implements Transition {}

  // --- membership

  /** Logs out, and in again after a while as a machine that nobody knows. */
  record LeaveAndJoin(int node, long awayNs) implements Transition {}

  /** The administrator removes a machine, which does not hear of it. */
  record Delete(int node) implements Transition {}

  record Expire(int node) implements Transition {}

  /** Logs in again with another node key; mends an expiry. */
  record RenewKey(int node) implements Transition {}

  record Allow(int from, int to, boolean allowed) implements Transition {}

  // --- servers

  record RelayDown(int region, long forNs) implements Transition {}

  /** The region is taken out of service for good; the maps follow later. */
  record RelayRetired(int region, long untilMapNs) implements Transition {}

  record ServerDown(long forNs) implements Transition {}

  record ServerSlow(long maxExtraNs) implements Transition {}

  // --- ill will

  /** A member sends packets under another member's address. */
  record Masquerade(int node, int to, int as) implements Transition {}
}
