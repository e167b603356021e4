package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllowedIpsTest {
  private final VirtualPair pair = new VirtualPair();
  private final WireGuardPeer one = pair.a.peer();
  private final WireGuardPeer two = pair.b.peer();
  private final AllowedIps table = new AllowedIps();

  @Test
  void longestPrefixOverAllPeersDecides() {
    table.set(one, prefixes("10.0.0.0/8", "::/0"));
    table.set(two, prefixes("10.1.0.0/16", "2001:db8::/32"));
    assertThat(v4("10.1.2.3")).isSameAs(two);
    assertThat(v4("10.2.2.3")).isSameAs(one);
    assertThat(v4("192.0.2.1")).isNull();
    assertThat(v6("2001:db8::1")).isSameAs(two);
    assertThat(v6("2001:db9::1")).isSameAs(one);
    assertThat(v6("::ffff:10.1.2.3")).isSameAs(one);
  }

  @Test
  void prefixGivenToAnotherPeerMoves() {
    table.set(one, prefixes("10.0.0.0/8", "10.9.0.0/16"));
    table.set(two, prefixes("10.9.0.0/16"));
    assertThat(v4("10.9.0.1")).isSameAs(two);
    assertThat(table.of(one)).isEqualTo(prefixes("10.0.0.0/8"));
    table.set(two, List.of());
    assertThat(v4("10.9.0.1")).isSameAs(one);
    table.remove(one);
    assertThat(v4("10.9.0.1")).isNull();
  }

  @Test
  void changesMadeTogetherAreSeenTogether() {
    table.set(one, prefixes("10.0.0.1/32"));
    table.together(
        () -> {
          table.set(two, prefixes("10.0.0.1/32"));
          table.remove(one);
          assertThat(v4("10.0.0.1")).isSameAs(one);
        });
    assertThat(v4("10.0.0.1")).isSameAs(two);
  }

  private WireGuardPeer v4(String address) {
    return table.lookupV4(IpAddress.parse(address).v4Value());
  }

  private WireGuardPeer v6(String address) {
    IpAddress parsed = IpAddress.parse(address);
    return table.lookupV6(parsed.high(), parsed.low());
  }

  private static List<IpPrefix> prefixes(String... texts) {
    return List.of(texts).stream().map(IpPrefix::parse).toList();
  }
}
