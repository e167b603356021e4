package dev.meshd.packet;

/**
 * Numbers of the IPv4 protocol and IPv6 next-header fields that the agent looks at (IANA "Assigned
 * Internet Protocol Numbers"). Constants and not an enum: the field can hold any byte.
 */
public final class IpProtocol {
  public static final int ICMP = 1;
  public static final int IGMP = 2;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;
  public static final int SCTP = 132;

  /** Tailscale's in-tunnel control messages (tailscale: types/ipproto/ipproto.go). */
  public static final int TSMP = 99;

  public static final int IPV6_HOP_BY_HOP = 0;
  public static final int IPV6_ROUTING = 43;
  public static final int IPV6_FRAGMENT = 44;
  public static final int IPV6_ESP = 50;
  public static final int IPV6_AUTHENTICATION = 51;
  public static final int IPV6_NO_NEXT_HEADER = 59;
  public static final int IPV6_DESTINATION_OPTIONS = 60;
  public static final int IPV6_MOBILITY = 135;

  private IpProtocol() {}
}
