package dev.meshd.magicsock.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalAddressRulesTest {

  @Test
  void keepsRegularAddressesOfInterfacesThatAreUp() {
    assertThat(
            select(
                on("eth0", "10.0.0.5", 24),
                new LocalAddress("eth1", false, false, IpAddress.parse("10.0.1.5"), 24),
                on("docker0", "172.17.0.1", 16)))
        .containsExactly("10.0.0.5", "172.17.0.1");
  }

  @Test
  void leavesOutOverlaysAndOtherMeshes() {
    assertThat(
            select(
                on("meshd0", "100.64.0.1", 32),
                on("meshd0", "fd7a:115c:a1e0::1", 128),
                on("zt0", "10.9.0.1", 24),
                on("wt0", "10.8.0.1", 24),
                on("arc0", "100.115.92.2", 30)))
        .containsExactly("100.115.92.2");
  }

  @Test
  void takesLinkLocalAndUniqueLocalOnlyWhenThereIsNothingElse() {
    assertThat(select(on("eth0", "169.254.1.1", 16), on("eth0", "fd00::1", 64)))
        .containsExactly("169.254.1.1", "fd00::1");
    assertThat(select(on("eth0", "169.254.1.1", 16), on("eth0", "2001:db8::1", 64)))
        .containsExactly("2001:db8::1");
    assertThat(select(on("eth0", "fe80::1", 64))).isEmpty();
  }

  @Test
  void takesTwoIpv6AddressesOfEachSubnet() {
    assertThat(
            select(
                on("eth0", "2001:db8::1", 64),
                on("eth0", "2001:db8::2", 64),
                on("eth0", "2001:db8::3", 64),
                on("eth0", "2001:db8:0:1::1", 64)))
        .containsExactly("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1");
  }

  @Test
  void keepsLoopbackAside() {
    LocalAddress loopback = new LocalAddress("lo", true, true, IpAddress.parse("127.0.0.1"), 8);
    LocalAddressRules.Selection selection = LocalAddressRules.select(List.of(loopback));
    assertThat(selection.addresses()).isEmpty();
    assertThat(selection.loopback()).containsExactly(IpAddress.parse("127.0.0.1"));
  }

  private static List<String> select(LocalAddress... addresses) {
    return LocalAddressRules.select(Arrays.asList(addresses)).addresses().stream()
        .map(IpAddress::toString)
        .toList();
  }

  private static LocalAddress on(String name, String address, int bits) {
    return new LocalAddress(name, true, false, IpAddress.parse(address), bits);
  }
}
