package dev.meshd.magicsock.path;

import dev.meshd.packet.IpAddress;

/**
 * Which of two working paths to a peer is better.
 *
 * <ol>
 *   <li>The same address: the larger proven MTU.
 *   <li>A direct path beats one through a UDP relay, whatever the latencies.
 *   <li>Otherwise points. The faster side gets the percentage by which it undercuts the slower one;
 *       each side gets a bonus for its kind of address (loopback 50, link-local 30, private 20, and
 *       10 more for IPv6). More points win.
 *   <li>A lead of one point or less over a rival with none is not worth a change.
 * </ol>
 *
 * <p>Both ends of a path compute this on their own; agreeing on the rule is what keeps them from
 * choosing different directions. Stateless. Source: tailscale: wgengine/magicsock/endpoint.go.
 */
public final class PathSelector {

  private static final int BONUS_LOOPBACK = 50;
  private static final int BONUS_LINK_LOCAL = 30;
  private static final int BONUS_PRIVATE = 20;
  private static final int BONUS_IPV6 = 10;

  private PathSelector() {}

  /** Whether {@code a} should replace {@code b}. */
  public static boolean better(PathQuality a, PathQuality b) {
    if (a.sameAddress(b)) {
      return a.wireMtu() > b.wireMtu();
    }
    if (a.isDirect() != b.isDirect()) {
      return a.isDirect();
    }
    long aPoints = 0;
    long bPoints = 0;
    if (a.latencyNs() > b.latencyNs()) {
      bPoints = percentSaved(b.latencyNs(), a.latencyNs());
    } else if (b.latencyNs() > 0) {
      aPoints = percentSaved(a.latencyNs(), b.latencyNs());
    }
    aPoints += addressBonus(a.address().address());
    bPoints += addressBonus(b.address().address());
    boolean tooCloseToCare = aPoints <= 1 && bPoints == 0;
    return !tooCloseToCare && aPoints > bPoints;
  }

  private static long percentSaved(long faster, long slower) {
    return 100 - faster * 100 / slower;
  }

  private static int addressBonus(IpAddress address) {
    int bonus = 0;
    if (address.isLoopback()) {
      bonus += BONUS_LOOPBACK;
    } else if (address.isLinkLocal()) {
      bonus += BONUS_LINK_LOCAL;
    } else if (address.isPrivate()) {
      bonus += BONUS_PRIVATE;
    }
    return address.isV6() ? bonus + BONUS_IPV6 : bonus;
  }
}
