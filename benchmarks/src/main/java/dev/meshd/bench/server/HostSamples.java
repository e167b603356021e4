package dev.meshd.bench.server;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.NetInfo;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.List;

/** What a node tells about itself: as much as an agent on Debian does. Stateless. */
final class HostSamples {
  private static final int HOME_REGION = 900;

  private HostSamples() {}

  static Hostinfo hostinfo(int number) {
    return Hostinfo.builder()
        .ipnVersion("0.1.0-meshd")
        .os("linux")
        .osVersion("6.12.0-1-amd64")
        .distro("debian")
        .distroVersion("13")
        .distroCodeName("trixie")
        .hostname(hostname(number))
        .machine("x86_64")
        .goArch("amd64")
        .netInfo(NetInfo.builder().preferredDerp(HOME_REGION).workingUdp(true).build())
        .build();
  }

  static String hostname(int number) {
    return "node-" + number;
  }

  /** A public address, one at home, and one of IPv6; {@code round} makes them new. */
  static List<Endpoint> endpoints(int number, int round) {
    int port = 10_000 + round % 50_000;
    return List.of(
        Endpoint.of(IpAddress.ofV4(0xcb000000 | number), port),
        Endpoint.of(IpAddress.ofV4(0xc0a80000 | number), 41_641),
        Endpoint.of(IpAddress.ofV6(0x20010db8_00000000L | number, 1), 41_641));
  }
}
