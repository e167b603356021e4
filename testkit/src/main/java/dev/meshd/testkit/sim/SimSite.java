package dev.meshd.testkit.sim;

import dev.meshd.packet.IpAddress;
import dev.meshd.testkit.sim.SimNat.Behaviour;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One network that machines can be in: a home, an office, a data centre. Behind a NAT every site
 * uses the same private addresses, as homes do, so that an address says nothing outside its site.
 */
final class SimSite {

  /** What a site is like; what {@link Reachability} decides by. Immutable. */
  record Kind(
      boolean ipv4, Optional<NatKind> nat, boolean ipv6, boolean firewalled, boolean blocksUdp) {

    /** A public IPv4 address and nothing in the way. */
    static final Kind OPEN = new Kind(true, Optional.empty(), false, false, false);

    static Kind behind(Behaviour mapping, Behaviour filtering) {
      return new Kind(true, Optional.of(new NatKind(mapping, filtering)), false, false, false);
    }

    @Override
    public String toString() {
      String v4 = !ipv4 ? "" : nat.map(kind -> "IPv4 " + kind).orElse("public IPv4");
      String v6 = !ipv6 ? "" : firewalled ? "firewalled IPv6" : "open IPv6";
      String both = v4.isEmpty() || v6.isEmpty() ? v4 + v6 : v4 + " and " + v6;
      return blocksUdp ? both + " without UDP" : both;
    }
  }

  /** Both halves of RFC 4787. Immutable. */
  record NatKind(Behaviour mapping, Behaviour filtering) {
    @Override
    public String toString() {
      return "NAT " + mapping.initials() + "/" + filtering.initials();
    }
  }

  private static final long NAT_TIMEOUT_NS = 60_000_000_000L;
  private static final int FIRST_HOST = 10;

  private final int number;
  private final Kind kind;
  private final @Nullable Gateway v4Gateway;
  private final @Nullable Gateway v6Gateway;
  private int hosts;

  SimSite(int number, Kind kind) {
    this.number = number;
    this.kind = kind;
    this.v4Gateway =
        kind.nat()
            .map(nat -> new SimNat(external(), nat.mapping(), nat.filtering(), NAT_TIMEOUT_NS))
            .orElse(null);
    this.v6Gateway = kind.firewalled() ? new SimFirewall(NAT_TIMEOUT_NS) : null;
  }

  int number() {
    return number;
  }

  Kind kind() {
    return kind;
  }

  /** A number for one more machine here. */
  int nextHost() {
    return FIRST_HOST + hosts++;
  }

  /** The NAT's outside. */
  IpAddress external() {
    return IpAddress.ofV4(0xC6120000 + number);
  }

  /** 192.168.1.0/24 behind any NAT, 50.0.SITE.0/24 without one. */
  IpAddress v4(int host) {
    int network = kind.nat().isPresent() ? 0xC0A80100 : 0x32000000 + (number << 8);
    return IpAddress.ofV4(network + host);
  }

  /** 2001:db8:0:SITE::/64. */
  IpAddress v6(int host) {
    return IpAddress.ofV6(0x2001_0db8_0000_0000L + number, host);
  }

  @Nullable Gateway gateway(IpAddress address) {
    return address.isV4() ? v4Gateway : v6Gateway;
  }

  void forgetFlows() {
    if (v4Gateway != null) {
      v4Gateway.flush();
    }
    if (v6Gateway != null) {
      v6Gateway.flush();
    }
  }

  @Override
  public String toString() {
    return "site " + number + " (" + kind + ")";
  }
}
