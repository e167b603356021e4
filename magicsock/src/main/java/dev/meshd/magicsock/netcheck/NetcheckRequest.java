package dev.meshd.magicsock.netcheck;

import dev.meshd.derp.DerpMap;

/**
 * What to measure, and under which circumstances. Immutable.
 *
 * @param map the relay map
 * @param hostHasIpv4 an interface carries an IPv4 address that is worth sending from
 * @param hostHasIpv6 the same for IPv6
 * @param osHasIpv6 the system knows IPv6 at all
 * @param home the relay region that is home now, 0 if none is
 * @param full measure every region, whatever is remembered
 * @param onlyTcp443 the network allows nothing else, so only HTTPS is measured
 */
public record NetcheckRequest(
    DerpMap map,
    boolean hostHasIpv4,
    boolean hostHasIpv6,
    boolean osHasIpv6,
    int home,
    boolean full,
    boolean onlyTcp443) {

  /** An ordinary measurement. */
  public static NetcheckRequest of(
      DerpMap map, boolean hostHasIpv4, boolean hostHasIpv6, int home) {
    return new NetcheckRequest(map, hostHasIpv4, hostHasIpv6, hostHasIpv6, home, false, false);
  }

  /** The same, but every region is measured. */
  public NetcheckRequest measuringAll() {
    return new NetcheckRequest(map, hostHasIpv4, hostHasIpv6, osHasIpv6, home, true, onlyTcp443);
  }

  NetcheckRequest withHome(int region) {
    return new NetcheckRequest(map, hostHasIpv4, hostHasIpv6, osHasIpv6, region, full, onlyTcp443);
  }
}
