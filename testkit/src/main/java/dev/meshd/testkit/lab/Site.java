package dev.meshd.testkit.lab;

/**
 * Where a host is: what stands between it and the internet, which families it has there, and how
 * large packets may be. Immutable.
 *
 * @param nat the router in front of it
 * @param ipv4 whether it has IPv4
 * @param ipv6 whether it has IPv6, which is never translated
 * @param mtuBytes the largest packet on the link to the internet
 */
public record Site(NatKind nat, boolean ipv4, boolean ipv6, int mtuBytes) {
  private static final int ETHERNET_MTU = 1500;
  private static final int MIN_MTU = 1280;

  public Site {
    if (!ipv4 && !ipv6) {
      throw new IllegalArgumentException("a site has IPv4, IPv6 or both");
    }
    if (mtuBytes < MIN_MTU) {
      throw new IllegalArgumentException("IPv6 needs an MTU of 1280, not " + mtuBytes);
    }
  }

  /** A host with public addresses of both families. */
  public static Site open() {
    return behind(NatKind.NONE);
  }

  /** A host with both families behind a router. */
  public static Site behind(NatKind nat) {
    return new Site(nat, true, true, ETHERNET_MTU);
  }

  public Site ipv4Only() {
    return new Site(nat, true, false, mtuBytes);
  }

  public Site ipv6Only() {
    return new Site(nat, false, true, mtuBytes);
  }

  public Site withMtu(int bytes) {
    return new Site(nat, ipv4, ipv6, bytes);
  }
}
