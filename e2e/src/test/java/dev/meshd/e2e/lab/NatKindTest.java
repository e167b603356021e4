package dev.meshd.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of router maps and filters UDP as its name says (RFC 4787, sections 4 and 5). */
@ExtendWith(LabExtension.class)
class NatKindTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String PORT = "41641";

  @ParameterizedTest
  @EnumSource(names = {"EASY", "ADDRESS_ONLY", "FULL_CONE", "DOUBLE"})
  void mapsAllDestinationsToOnePort(NatKind nat, Lab lab) {
    LabHost inside = lab.addHost("inside", Site.behind(nat));
    assertThat(mappings(lab, inside)).containsOnly(inside.publicIpv4() + " " + PORT);
  }

  @Test
  void hardMapsEachDestinationToAnotherPort(Lab lab) {
    LabHost inside = lab.addHost("inside", Site.behind(NatKind.HARD));
    List<String> mappings = mappings(lab, inside);
    assertThat(mappings).allMatch(mapping -> mapping.startsWith(inside.publicIpv4() + " "));
    assertThat(mappings.getFirst()).isNotEqualTo(mappings.getLast());
  }

  @Test
  void blockedUdpGoesNowhereButPingDoes(Lab lab) {
    LabHost inside = lab.addHost("inside", Site.behind(NatKind.UDP_BLOCKED));
    assertThat(mappings(lab, inside)).containsOnly("nothing");
    assertThat(inside.canPing(lab.hosts().getLast().ipv4())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"EASY", "HARD", "DOUBLE"})
  void letsInOnlyWhatWasSentTo(NatKind nat, Lab lab) {
    var inbound = new Inbound(lab, nat);
    inbound.send("4444", "other-port");
    inbound.send("3478", "same-port");
    inbound.process.awaitLog("got same-port", SOON);
    assertThat(inbound.process.logText()).doesNotContain("other-port");
  }

  @Test
  void addressOnlyLetsInEveryPortOfAKnownAddress(Lab lab) {
    var inbound = new Inbound(lab, NatKind.ADDRESS_ONLY);
    inbound.sendFromStranger("stranger");
    inbound.send("4444", "other-port");
    inbound.process.awaitLog("got other-port", SOON);
    assertThat(inbound.process.logText()).doesNotContain("stranger");
  }

  @Test
  void fullConeLetsInEverybody(Lab lab) {
    var inbound = new Inbound(lab, NatKind.FULL_CONE);
    inbound.sendFromStranger("stranger");
    inbound.process.awaitLog("got stranger", SOON);
  }

  @Test
  void ipv6KeepsItsAddressAndIsFilteredAllTheSame(Lab lab) {
    LabHost server = lab.addHost("server", Site.open());
    LabHost inside = lab.addHost("inside", Site.behind(NatKind.EASY));
    reflector(server);
    LabProcess hold = hold(inside, server.ipv6());
    hold.awaitLog("seen as \\S*:b\\S* " + PORT + "|seen as 2001:db8:0:\\S+ " + PORT, SOON);
    send(server, "4444", inside.ipv6(), "other-port");
    assertThat(hold.logText()).doesNotContain("other-port");
  }

  /** What two reflectors on different hosts see of one port. */
  private static List<String> mappings(Lab lab, LabHost inside) {
    LabHost first = lab.addHost("first", Site.open());
    LabHost second = lab.addHost("second", Site.open());
    reflector(first);
    reflector(second);
    return inside
        .command(
            Programs.java(UdpTool.class, "ask", PORT, first.ipv4(), "3478", second.ipv4(), "3478"))
        .run()
        .orThrow()
        .out()
        .lines()
        .toList();
  }

  /** A host behind a router that has sent to port 3478 of a server and prints what comes back. */
  private static final class Inbound {
    final LabHost server;
    final LabHost stranger;
    final LabHost inside;
    final LabProcess process;

    Inbound(Lab lab, NatKind nat) {
      server = lab.addHost("server", Site.open());
      stranger = lab.addHost("stranger", Site.open());
      inside = lab.addHost("inside", Site.behind(nat));
      LabProcess reflector = reflector(server);
      process = hold(inside, server.ipv4());
      mapped = process.awaitLog("seen as \\S+ (\\d+)", SOON).group(1);
      reflector.stop(); // frees port 3478
    }

    private final String mapped;

    void send(String fromPort, String text) {
      NatKindTest.send(server, fromPort, inside.publicIpv4(), mapped, text);
    }

    void sendFromStranger(String text) {
      NatKindTest.send(stranger, "3478", inside.publicIpv4(), mapped, text);
    }
  }

  private static LabProcess reflector(LabHost host) {
    LabProcess process =
        host.command(Programs.java(UdpTool.class, "reflect", "3478")).start("reflector");
    process.awaitLog("ready", SOON);
    return process;
  }

  private static LabProcess hold(LabHost host, String address) {
    return host.command(Programs.java(UdpTool.class, "hold", PORT, address, "3478")).start("hold");
  }

  private static void send(LabHost from, String fromPort, String address, String text) {
    send(from, fromPort, address, PORT, text);
  }

  private static void send(
      LabHost from, String fromPort, String address, String port, String text) {
    from.command(Programs.java(UdpTool.class, "send", fromPort, address, port, text))
        .run()
        .orThrow();
  }
}
