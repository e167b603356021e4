package dev.meshd.engine.datapath;

import static dev.meshd.engine.datapath.Ends.ipv4;
import static dev.meshd.engine.datapath.Ends.ipv6;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class DataPathTest {
  private static final byte[] TO_B = ipv4("10.0.0.1", "10.0.0.2", 100);

  private final Ends ends = new Ends(AeadEngine.JCA);
  private final Ends.End a = ends.a;
  private final Ends.End b = ends.b;

  @Test
  void packetsOfBothFamiliesArriveAsTheyWereSent() {
    byte[] six = ipv6("fd00::1", "fd00::2", 1420);
    a.send(TO_B);
    a.send(six);
    assertThat(b.delivered).containsExactly(TO_B, six);
    b.send(ipv4("10.0.0.2", "10.0.0.1", 20));
    assertThat(a.delivered).hasSize(1);
    assertThat(a.device.drops().nonZero()).isEmpty();
    assertThat(b.device.drops().nonZero()).isEmpty();
  }

  @Test
  void datagramsArePaddedAndAnswerWhatTheyOccupy() {
    a.send(TO_B);
    a.sentLengths.clear();
    int sealed = a.send(ipv4("10.0.0.1", "10.0.0.2", 100));
    assertThat(sealed).isEqualTo(112 + TransportLayout.OVERHEAD);
    assertThat(a.sentLengths).containsExactly(sealed);
    assertThat(a.send(ipv4("10.0.0.1", "10.0.0.2", 1420)))
        .isEqualTo(1420 + TransportLayout.OVERHEAD);
    assertThat(a.peer().dataSent().packets()).isEqualTo(3);
    assertThat(b.peer().dataReceived().bytes()).isEqualTo(a.peer().dataSent().bytes());
  }

  @Test
  void packetsWaitForTheSessionInOrderAndTheOldestMakeRoom() {
    a.cutOff = true;
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < StagedPackets.MAX_PER_PEER + 3; i++) {
      packets.add(ipv4("10.0.0.1", "10.0.0.2", 20 + i));
      assertThat(a.send(packets.getLast())).isEqualTo(Outbound.NOTHING_SENT);
    }
    assertThat(a.device.drops().get(DropReason.STAGED_OVERFLOW)).isEqualTo(3);
    a.cutOff = false;
    ends.nowNs += 6_000_000_000L;
    a.device.onDeadline(ends.nowNs, a);
    a.settle();
    assertThat(b.delivered).containsExactlyElementsOf(packets.subList(3, packets.size()));
  }

  @Test
  void waitingPacketsAreDroppedWhenTheEngineGivesUp() {
    a.cutOff = true;
    a.send(TO_B);
    a.send(TO_B);
    a.outbound.dropStaged(a.peer());
    assertThat(a.device.drops().get(DropReason.STAGED_GIVEN_UP)).isEqualTo(2);
    a.outbound.dropStaged(a.peer());
    assertThat(a.device.drops().get(DropReason.STAGED_GIVEN_UP)).isEqualTo(2);
  }

  @Test
  void outboundDropsSayWhy() {
    a.send(ipv4("10.0.0.1", "10.0.0.9", 20));
    assertThat(a.device.drops().get(DropReason.NO_PEER_FOR_DESTINATION)).isEqualTo(1);
    a.send(new byte[] {0x45, 0, 0});
    a.send(new byte[40]);
    assertThat(a.device.drops().get(DropReason.OUTBOUND_MALFORMED)).isEqualTo(2);
    a.send(TO_B);
    a.peer().publishPath(PeerPath.NONE);
    a.send(TO_B);
    assertThat(a.device.drops().get(DropReason.NO_PATH)).isEqualTo(1);
  }

  @Test
  void sourceMustBelongToTheSender() {
    a.send(TO_B);
    a.send(ipv4("10.0.0.7", "10.0.0.2", 40));
    a.send(ipv6("fd00::7", "fd00::2", 60));
    assertThat(b.delivered).hasSize(1);
    assertThat(b.device.drops().get(DropReason.SOURCE_NOT_ALLOWED)).isEqualTo(2);
    assertThat(b.peer().dataReceived().packets()).as("still authentic").isEqualTo(3);
  }

  /** A prefix of the sender's that contains the address does not help it. */
  @Test
  void narrowerPrefixOfAnotherPeerBlocksSpoofing() {
    b.device.setAllowedIps(b.peer(), prefixes("10.0.0.0/24"));
    byte[] key = new byte[32];
    key[0] = 9;
    b.device.setAllowedIps(b.device.addPeer(NodeKey.of(key), ends.nowNs), prefixes("10.0.0.7/32"));
    a.send(ipv4("10.0.0.6", "10.0.0.2", 40));
    a.send(ipv4("10.0.0.7", "10.0.0.2", 40));
    assertThat(b.delivered).hasSize(1);
    assertThat(b.device.drops().get(DropReason.SOURCE_NOT_ALLOWED)).isEqualTo(1);
  }

  private static List<IpPrefix> prefixes(String prefix) {
    return List.of(IpPrefix.parse(prefix));
  }

  @Test
  void filterIsAskedInBothDirections() {
    a.send(TO_B);
    b.inbound.useFilter(new Deny());
    a.send(TO_B);
    assertThat(b.delivered).hasSize(1);
    assertThat(b.device.drops().get(DropReason.FILTERED_INBOUND)).isEqualTo(1);
    a.outbound.useFilter(new Deny());
    a.send(TO_B);
    assertThat(a.device.drops().get(DropReason.FILTERED_OUTBOUND)).isEqualTo(1);
  }

  @Test
  void replayedAndForgedDatagramsChangeNothing() {
    a.send(TO_B);
    a.cutOff = true;
    a.send(TO_B);
    byte[] datagram =
        a.slab.asSlice(0, a.sentLengths.getLast()).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    byte[] forged = datagram.clone();
    forged[20] ^= 1;
    Endpoint elsewhere = Endpoint.parse("203.0.113.5:5");
    b.receive(forged, elsewhere);
    assertThat(b.device.drops().get(DropReason.DATA_FORGED)).isEqualTo(1);
    assertThat(b.peer().path().endpoint()).isEqualTo(Ends.A_ENDPOINT);
    b.receive(datagram, elsewhere);
    assertThat(b.peer().path().endpoint()).as("an authentic packet roams").isEqualTo(elsewhere);
    b.receive(datagram, Ends.A_ENDPOINT);
    assertThat(b.device.drops().get(DropReason.REPLAYED)).isEqualTo(1);
    assertThat(b.peer().path().endpoint()).isEqualTo(elsewhere);
    assertThat(b.delivered).hasSize(2);
  }

  @Test
  void removedPeersPacketsDoNotWait() {
    var peer = a.peer();
    a.device.removePeer(peer, a);
    a.settle();
    a.send(TO_B);
    assertThat(a.device.drops().get(DropReason.NO_PEER_FOR_DESTINATION)).isEqualTo(1);
  }

  @Property(tries = 1000)
  void inboundNeverThrowsOnAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    Ends fresh = new Ends(AeadEngine.JCA);
    fresh.b.receive(bytes, Ends.A_ENDPOINT);
    byte[] shaped = java.util.Arrays.copyOf(bytes, Math.max(32, bytes.length));
    shaped[0] = 4;
    shaped[1] = shaped[2] = shaped[3] = 0;
    fresh.b.receive(shaped, Ends.A_ENDPOINT);
    assertThat(fresh.b.delivered).isEmpty();
  }

  @Property(tries = 500)
  void anyInnerPacketIsDeliveredWholeOrDropped(@ForAll @Size(min = 1, max = 100) byte[] inner) {
    ends.a.device.setAllowedIps(
        ends.a.peer(), List.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0")));
    ends.b.device.setAllowedIps(
        ends.b.peer(), List.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0")));
    ends.a.send(inner);
    inner[0] = (byte) (0x45 | inner[0] & 0x20);
    ends.a.send(inner);
    assertThat(ends.b.delivered).allMatch(packet -> packet.length <= 100);
  }

  @Test
  void steadyStateAllocatesNothing() {
    Assumptions.assumeTrue(
        AeadEngine.OPENSSL.isPresent(), "the JDK's cipher allocates; no libcrypto here");
    Ends fast = new Ends(AeadEngine.OPENSSL);
    fast.a.send(TO_B);
    fast.a.recording = false;
    fast.b.recording = false;
    stream(fast, 30_000);

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      stream(fast, 10_000);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes for 10,000 packets there and inside").isLessThan(10_000);
    assertThat(fast.b.deliveredCount).isEqualTo(1 + 30_000 + 5 * 10_000);
  }

  private static void stream(Ends ends, int packets) {
    MemorySegment source = MemorySegment.ofArray(TO_B);
    for (int i = 0; i < packets; i++) {
      MemorySegment.copy(source, 0, ends.a.slab, Outbound.HEADROOM, TO_B.length);
      ends.a.outbound.packet(ends.a.slab, Outbound.HEADROOM, TO_B.length, ends.nowNs);
      ends.a.outbound.flush();
    }
  }

  private static final class Deny implements PacketFilter {
    @Override
    public boolean allowsOutbound(MemorySegment memory, long offset, int length, long nowNs) {
      return false;
    }

    @Override
    public boolean allowsInbound(MemorySegment memory, long offset, int length, long nowNs) {
      return false;
    }
  }
}
