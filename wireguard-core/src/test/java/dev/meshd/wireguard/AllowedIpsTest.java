package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodeKey;
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

  /** The table that the kernel and wireguard-go test theirs with, IPv4. */
  @Test
  void answersAsOtherImplementationsDoForIpv4() {
    VirtualNode many = pair.a;
    WireGuardPeer[] peer = new WireGuardPeer[8];
    for (int i = 0; i < peer.length; i++) {
      byte[] key = new byte[32];
      key[0] = (byte) (9 + i);
      peer[i] = many.device.addPeer(NodeKey.of(key), pair.clock.nowNs);
    }
    WireGuardPeer a = peer[0];
    WireGuardPeer b = peer[1];
    add(a, "192.168.4.0/24", "10.0.0.0/25", "10.1.0.0/30");
    add(b, "192.168.4.4/32", "10.0.0.128/25", "10.1.0.4/30");
    add(peer[2], "192.168.0.0/16", "10.1.0.8/29");
    add(peer[3], "192.95.5.64/27", "10.1.0.16/29");
    add(peer[2], "192.95.5.65/27"); // the same prefix, written with host bits: it moves
    add(peer[4], "0.0.0.0/0");
    add(peer[6], "64.15.112.0/20");
    add(peer[7], "64.15.123.211/25");

    assertThat(v4("192.168.4.20")).isSameAs(a);
    assertThat(v4("192.168.4.0")).isSameAs(a);
    assertThat(v4("192.168.4.4")).isSameAs(b);
    assertThat(v4("192.168.200.182")).isSameAs(peer[2]);
    assertThat(v4("192.95.5.68")).isSameAs(peer[2]);
    assertThat(v4("192.95.5.96")).isSameAs(peer[4]);
    assertThat(v4("64.15.116.26")).isSameAs(peer[6]);
    assertThat(v4("64.15.127.3")).isSameAs(peer[6]);
    assertThat(v4("64.15.123.129")).isSameAs(peer[7]);

    String[] singles = {"1.0.0.0", "64.0.0.0", "128.0.0.0", "192.0.0.0", "255.0.0.0"};
    for (String single : singles) {
      add(a, single + "/32");
      assertThat(v4(single)).isSameAs(a);
    }
    table.remove(a);
    for (String single : singles) {
      assertThat(v4(single)).isSameAs(peer[4]);
    }
    for (WireGuardPeer each : peer) {
      table.remove(each);
    }
    assertThat(v4("192.168.4.4")).isNull();
  }

  /** The table that the kernel and wireguard-go test theirs with, IPv6. */
  @Test
  void answersAsOtherImplementationsDoForIpv6() {
    add(one, "2607:5300:6000:6b00::c05f:543/128", "::/0");
    add(two, "2607:5300:6000:6b00::/64", "2404:6800:4004:800:dead:beef:dead:beef/64");
    add(two, "::/0"); // moves
    add(one, "2404:6800::/32", "2404:6800:4004:800:dead:beef:dead:beef/128");
    add(two, "2444:6800:f0e4:800:eeae:beef::/98");

    assertThat(v6("2607:5300:6000:6b00::c05f:543")).isSameAs(one);
    assertThat(v6("2607:5300:6000:6b00::c02e:1ee")).isSameAs(two);
    assertThat(v6("2607:5300:6000:6b01::")).isSameAs(two);
    assertThat(v6("2404:6800:4004:806::1006")).isSameAs(one);
    assertThat(v6("2404:67ff:4004:806:0:1234:0:5678")).isSameAs(two);
    assertThat(v6("2404:6800:4004:800:0:1234:0:5678")).isSameAs(two);
    assertThat(v6("2404:6800:4004:800:dead:beef:dead:beef")).isSameAs(one);

    add(one, "2444:6800:f0e4:800:eeae:beef::/98");
    assertThat(v6("2444:6800:f0e4:800:eeae:beef:1010:1010")).isSameAs(one);
  }

  @Test
  void onlyTheOwnerLosesExactlyThePrefixThatIsRemoved() {
    add(one, "192.0.0.0/24", "1.0.0.0/32");
    remove(one, "192.0.0.0/32");
    remove(one, "192.0.0.0/16");
    remove(two, "192.0.0.0/24");
    assertThat(v4("192.0.0.1")).isSameAs(one);
    remove(one, "192.0.0.0/24");
    assertThat(v4("192.0.0.1")).isNull();
    assertThat(v4("1.0.0.0")).isSameAs(one);
  }

  private void add(WireGuardPeer peer, String... texts) {
    for (String text : texts) {
      table.add(peer, IpPrefix.parseLenient(text));
    }
  }

  private void remove(WireGuardPeer peer, String text) {
    table.remove(peer, IpPrefix.parse(text));
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
