package dev.meshd.tun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.linux.netlink.InterfaceAddress;
import dev.meshd.linux.netlink.Link;
import dev.meshd.linux.netlink.Route;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkStateTest {
  private static final int UP_AND_RUNNING = 0x41;
  private static final int TENTATIVE = 0x40;
  private static final Link WLAN = new Link(3, "wlan0", 1500, UP_AND_RUNNING, "");
  private static final Link ETH = new Link(2, "eth0", 1500, 0x1, "");

  @Test
  void theDefaultRouteIsTheOneWithTheSmallestMetricInTheMainTable() {
    Route byEth = Route.onLink(IpPrefix.ALL_V4, 2, 3).withMetric(600);
    Route byWlan =
        Route.onLink(IpPrefix.ALL_V4, 3, 3)
            .withMetric(100)
            .withGateway(IpAddress.parse("10.0.0.1"));
    Route otherTable = Route.onLink(IpPrefix.ALL_V4, 2, 3).withTable(52);
    NetworkState state =
        NetworkState.of(List.of(WLAN, ETH), List.of(), List.of(otherTable, byEth, byWlan));
    assertThat(state.defaultV4())
        .contains(new NetworkState.DefaultRoute("wlan0", Optional.of(IpAddress.parse("10.0.0.1"))));
    assertThat(state.defaultV6()).isEmpty();
  }

  @Test
  void aDefaultRouteByALeftOutInterfaceDoesNotCount() {
    Route byTunnel = Route.onLink(IpPrefix.ALL_V6, 9, 3);
    assertThat(NetworkState.of(List.of(ETH), List.of(), List.of(byTunnel)).defaultV6()).isEmpty();
  }

  @Test
  void interfacesAreSortedAndTentativeAddressesLeftOut() {
    NetworkState state =
        NetworkState.of(
            List.of(WLAN, ETH),
            List.of(
                address(3, "fe80::1", 0),
                address(3, "10.0.0.7", 0),
                address(3, "2001:db8::1", TENTATIVE)),
            List.of());
    assertThat(state.interfaces())
        .containsExactly(
            new NetworkState.Interface("eth0", false, false, List.of()),
            new NetworkState.Interface(
                "wlan0",
                true,
                false,
                List.of(
                    AssignedAddress.parse("10.0.0.7/24"), AssignedAddress.parse("fe80::1/24"))));
  }

  @Test
  void statesThatDifferOnlyInFlagsOfAnAddressAreEqual() {
    NetworkState before =
        NetworkState.of(List.of(WLAN), List.of(address(3, "2001:db8::1", 0)), List.of());
    NetworkState after =
        NetworkState.of(List.of(WLAN), List.of(address(3, "2001:db8::1", 0x20)), List.of());
    assertThat(after).isEqualTo(before);
  }

  @Test
  void onlyRoutesAndUsableAddressesDisturbPaths() {
    InterfaceAddress own = address(3, "10.0.0.7", 0);
    NetworkState before = NetworkState.of(List.of(WLAN, ETH), List.of(own), List.of());
    NetworkState deadInterface =
        NetworkState.of(List.of(WLAN, ETH), List.of(own, address(2, "10.0.0.8", 0)), List.of());
    NetworkState linkLocal =
        NetworkState.of(List.of(WLAN, ETH), List.of(own, address(3, "fe80::1", 0)), List.of());
    NetworkState moved =
        NetworkState.of(List.of(WLAN, ETH), List.of(address(3, "10.0.0.9", 0)), List.of());
    NetworkState rerouted =
        NetworkState.of(
            List.of(WLAN, ETH), List.of(own), List.of(Route.onLink(IpPrefix.ALL_V4, 3, 3)));
    assertThat(deadInterface.disturbsPathsOf(before)).isFalse();
    assertThat(linkLocal.disturbsPathsOf(before)).isFalse();
    assertThat(moved.disturbsPathsOf(before)).isTrue();
    assertThat(rerouted.disturbsPathsOf(before)).isTrue();
  }

  private static InterfaceAddress address(int index, String text, int flags) {
    return new InterfaceAddress(index, IpAddress.parse(text), 24, flags);
  }
}
