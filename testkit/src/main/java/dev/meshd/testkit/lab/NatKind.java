package dev.meshd.testkit.lab;

import java.util.Locale;

/**
 * How a host reaches the internet, in the words of RFC 4787. The rules are nftables' on a Linux
 * router with interfaces {@code wan} and {@code lan} and one host behind it.
 */
public enum NatKind {
  /** No router: the host has public addresses. */
  NONE,

  /**
   * Endpoint-independent mapping as long as ports do not collide, address and port-dependent
   * filtering: two such routers can be traversed by sending from both sides.
   */
  EASY,

  /**
   * Endpoint-dependent mapping: a new random port for every destination. Two of these cannot be
   * traversed.
   */
  HARD,

  /**
   * Endpoint-independent mapping, address-dependent filtering: any port of an address that was sent
   * to may answer.
   */
  ADDRESS_ONLY,

  /** Endpoint-independent mapping and filtering: whoever knows the mapped port gets through. */
  FULL_CONE,

  /** Two easy routers in a row, the outer one a carrier's. */
  DOUBLE,

  /** An easy router that forwards no UDP at all. */
  UDP_BLOCKED;

  /** Returns the name as it is written in options: lower case with hyphens. */
  public String optionName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return optionName();
  }

  /**
   * Returns the rules of a home router of this kind for {@code nft -f}; the host behind it is
   * {@code lanHost}.
   */
  String homeRules(String lanHost) {
    return switch (this) {
      case NONE -> throw new IllegalStateException("no router, no rules");
      case EASY, DOUBLE -> rules("", "", "masquerade");
      case HARD -> rules("", "", "masquerade random,fully-random");
      case UDP_BLOCKED -> rules("", "meta l4proto udp drop", "masquerade");
      case FULL_CONE ->
          rules(
              "iifname \"wan\" meta l4proto udp dnat to " + lanHost,
              "iifname \"wan\" meta l4proto udp accept",
              "masquerade");
      case ADDRESS_ONLY ->
          rules(
              "iifname \"wan\" meta l4proto udp ip saddr @contacted dnat to " + lanHost,
              """
              iifname "lan" meta l4proto udp update @contacted { ip daddr timeout 120s }
                  iifname "wan" meta l4proto udp ip saddr @contacted accept""",
              "masquerade");
    };
  }

  /** Returns the rules of the carrier's router in front of a home router. */
  static String carrierRules() {
    return EASY.homeRules("");
  }

  /**
   * IPv4 is translated; IPv6 is routed as it is. Both let in only what answers.
   *
   * @param arriving what is done to packets as they arrive
   * @param forwarded what is done to packets passing through, before the usual rules
   * @param leaving how sources are translated
   */
  private String rules(String arriving, String forwarded, String leaving) {
    String forwardedV6 = this == UDP_BLOCKED ? forwarded : "";
    return """
        table ip nat {
          set contacted {
            type ipv4_addr
            flags dynamic,timeout
            timeout 120s
          }
          chain arriving {
            type nat hook prerouting priority dstnat
            %s
          }
          chain leaving {
            type nat hook postrouting priority srcnat
            oifname "wan" %s
          }
          chain forwarded {
            type filter hook forward priority filter; policy accept
            %s
            ct state established,related accept
            iifname "wan" drop
          }
          chain local {
            type filter hook input priority filter; policy accept
            ct state established,related accept
            iifname "wan" meta l4proto { tcp, udp } drop
          }
        }
        table ip6 wall {
          chain forwarded {
            type filter hook forward priority filter; policy accept
            %s
            ct state established,related accept
            meta l4proto ipv6-icmp accept
            iifname "wan" drop
          }
        }
        """
        .formatted(arriving, leaving, forwarded, forwardedV6);
  }
}
