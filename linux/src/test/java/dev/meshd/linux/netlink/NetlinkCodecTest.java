package dev.meshd.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NetlinkCodecTest {
  @Test
  void requestHasTheBytesThatTheKernelExpects() {
    ByteBuffer message =
        new NetlinkRequest("set the MTU", NetlinkFormat.RTM_NEWLINK, NetlinkFormat.NLM_F_ACK)
            .linkPart(7, 0, 0)
            .attribute(NetlinkFormat.IFLA_MTU, 1280)
            .finish(3);
    assertThat(hex(message))
        .isEqualTo(
            "28000000"
                + "1000"
                + "0500"
                + "03000000"
                + "00000000" // header
                + "00000000"
                + "07000000"
                + "00000000"
                + "00000000" // ifinfomsg
                + "0800"
                + "0400"
                + "00050000"); // IFLA_MTU
  }

  @Test
  void stringAttributeIsPaddedToFourBytes() {
    ByteBuffer message =
        new NetlinkRequest("look up", NetlinkFormat.RTM_GETLINK, 0)
            .linkPart(0, 0, 0)
            .attribute(NetlinkFormat.IFLA_IFNAME, "meshd0")
            .attribute(NetlinkFormat.IFLA_MTU, 1)
            .finish(1);
    Attributes attributes = Attributes.parse(only(message).body(), NetlinkFormat.LINK_BYTES);
    assertThat(attributes.text(NetlinkFormat.IFLA_IFNAME)).contains("meshd0");
    assertThat(attributes.number(NetlinkFormat.IFLA_MTU)).contains(1);
  }

  @Test
  void routeInAnAnnouncementIsTheRouteInTheRequest() {
    Route route =
        Route.onLink(IpPrefix.parse("fd7a:115c:a1e0::/48"), 9, Route.PROTOCOL_STATIC)
            .withTable(1000)
            .withMetric(5)
            .withGateway(IpAddress.parse("fe80::1"));
    NetlinkRequest request =
        new NetlinkRequest("add", NetlinkFormat.RTM_NEWROUTE, 0)
            .routePart(NetlinkFormat.AF_INET6, 48, 1000, Route.PROTOCOL_STATIC, 0, Route.UNICAST)
            .attribute(NetlinkFormat.RTA_DST, route.destination().address())
            .attribute(NetlinkFormat.RTA_OIF, 9)
            .attribute(NetlinkFormat.RTA_PRIORITY, 5)
            .attribute(NetlinkFormat.RTA_GATEWAY, IpAddress.parse("fe80::1"))
            .attribute(NetlinkFormat.RTA_TABLE, 1000);
    assertThat(NetlinkMonitor.decode(request.finish(0)))
        .containsExactly(new NetlinkEvent.RouteAdded(route));
  }

  @Test
  void defaultRouteHasNoDestinationAttribute() {
    NetlinkRequest request =
        new NetlinkRequest("add", NetlinkFormat.RTM_DELROUTE, 0)
            .routePart(NetlinkFormat.AF_INET, 0, 254, 3, 0, Route.UNICAST)
            .attribute(NetlinkFormat.RTA_OIF, 2);
    NetlinkEvent event = NetlinkMonitor.decode(request.finish(0)).getFirst();
    assertThat(event).isInstanceOf(NetlinkEvent.RouteRemoved.class);
    Route route = ((NetlinkEvent.RouteRemoved) event).route();
    assertThat(route.isDefault()).isTrue();
    assertThat(route.destination()).isEqualTo(IpPrefix.ALL_V4);
    assertThat(route.table()).isEqualTo(Route.MAIN_TABLE);
    assertThat(route.gateway()).isEmpty();
  }

  @Test
  void addressOfAPointToPointLinkIsTheLocalEnd() {
    NetlinkRequest request =
        new NetlinkRequest("add", NetlinkFormat.RTM_NEWADDR, 0)
            .addressPart(NetlinkFormat.AF_INET, 30, 4)
            .attribute(NetlinkFormat.IFA_ADDRESS, IpAddress.parse("10.0.0.2"))
            .attribute(NetlinkFormat.IFA_LOCAL, IpAddress.parse("10.0.0.1"))
            .attribute(NetlinkFormat.IFA_FLAGS, NetlinkFormat.IFA_F_TENTATIVE);
    assertThat(NetlinkMonitor.decode(request.finish(0)))
        .containsExactly(
            new NetlinkEvent.AddressAdded(
                new InterfaceAddress(
                    4, IpAddress.parse("10.0.0.1"), 30, NetlinkFormat.IFA_F_TENTATIVE)));
  }

  @Test
  void severalMessagesInOneDatagramAreAllRead() {
    ByteBuffer first = link("lo", 1).finish(0);
    ByteBuffer second = link("meshd0", 2).finish(0);
    ByteBuffer both =
        ByteBuffer.allocate(first.limit() + second.limit()).order(ByteOrder.nativeOrder());
    both.put(first).put(second).flip();
    assertThat(NetlinkMonitor.decode(both))
        .extracting(event -> ((NetlinkEvent.LinkChanged) event).link().name())
        .containsExactly("lo", "meshd0");
  }

  @Test
  void addressesOfTheWrongFamilyOrLengthAreNoAnswer() {
    NetlinkRequest wrongFamily =
        new NetlinkRequest("add", NetlinkFormat.RTM_NEWADDR, 0)
            .addressPart(NetlinkFormat.AF_INET6, 64, 4)
            .attribute(NetlinkFormat.IFA_ADDRESS, IpAddress.parse("10.0.0.2"));
    NetlinkRequest tooLong =
        new NetlinkRequest("add", NetlinkFormat.RTM_NEWADDR, 0)
            .addressPart(NetlinkFormat.AF_INET, 33, 4)
            .attribute(NetlinkFormat.IFA_ADDRESS, IpAddress.parse("10.0.0.2"));
    assertThat(NetlinkMonitor.decode(wrongFamily.finish(0))).isEmpty();
    assertThat(NetlinkMonitor.decode(tooLong.finish(0))).isEmpty();
  }

  @Property(tries = 5000)
  void neverThrowsOnAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    NetlinkMonitor.decode(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
  }

  @Property(tries = 5000)
  void neverThrowsOnAnyBodyOfAKnownType(
      @ForAll @Size(max = 120) byte[] body, @ForAll @IntRange(min = 14, max = 27) int type) {
    ByteBuffer datagram =
        ByteBuffer.allocate(NetlinkFormat.HEADER_BYTES + body.length)
            .order(ByteOrder.nativeOrder());
    datagram.putInt(datagram.capacity()).putShort((short) type).putShort((short) 0);
    datagram.putInt(0).putInt(0).put(body).flip();
    assertThat(NetlinkMonitor.decode(datagram)).hasSizeLessThanOrEqualTo(1);
  }

  /** Reading needs no rights, so this asks the kernel the tests run on. */
  @Test
  void kernelTellsOfTheLoopbackInterface() {
    try (RouteNetlink netlink = RouteNetlink.open()) {
      Link loopback = netlink.link("lo").orElseThrow();
      assertThat(loopback.isLoopback()).isTrue();
      assertThat(netlink.link(loopback.index())).contains(loopback);
      assertThat(netlink.link("no-such-link")).isEqualTo(Optional.empty());
      assertThat(netlink.links()).extracting(Link::name).contains("lo");
      assertThat(netlink.addresses())
          .extracting(InterfaceAddress::address)
          .contains(IpAddress.parse("127.0.0.1"));
      assertThat(netlink.routes())
          .extracting(Route::destination)
          .contains(IpPrefix.parse("127.0.0.0/8"));
    }
  }

  private static NetlinkRequest link(String name, int index) {
    return new NetlinkRequest("announce", NetlinkFormat.RTM_NEWLINK, 0)
        .linkPart(index, NetlinkFormat.IFF_UP, 0)
        .attribute(NetlinkFormat.IFLA_IFNAME, name);
  }

  private static NetlinkMessage only(ByteBuffer message) {
    List<NetlinkMessage> messages = NetlinkMessage.split(message);
    assertThat(messages).hasSize(1);
    return messages.getFirst();
  }

  private static String hex(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
