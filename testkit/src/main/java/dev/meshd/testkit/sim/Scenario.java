package dev.meshd.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * What is to happen in one history, all of it drawn from the seed beforehand: so a part of it can
 * be left out and the rest stay as it was. Immutable.
 *
 * @param sites every site that anybody will be in
 * @param homes the site in which each machine begins
 * @param steps in order of time
 * @param attacks how many datagrams an attacker sends for each that he sees
 */
record Scenario(
    long seed,
    int relays,
    List<SimSite.Kind> sites,
    List<Integer> homes,
    List<Step> steps,
    Ending ending,
    double attacks) {

  /**
   * @param afterNs counted from the beginning
   * @param chatter whether the machines talk when it has happened
   */
  record Step(long afterNs, Transition transition, boolean chatter) {}

  Scenario {
    sites = List.copyOf(sites);
    homes = List.copyOf(homes);
    steps = List.copyOf(steps);
  }

  int nodes() {
    return homes.size();
  }

  /** The same without one step. */
  Scenario without(int step) {
    List<Step> fewer = new ArrayList<>(steps);
    fewer.remove(step);
    return new Scenario(seed, relays, sites, homes, fewer, ending, attacks);
  }
}
