package dev.meshd.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class FlowTableTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void holdsAtLeastFiveHundredRecentFlows() {
    FlowTable table = new FlowTable();
    for (int port = 1; port <= 512; port++) {
      table.noteSent(sent(port), port * SECOND_NS);
    }
    for (int port = 1; port <= 512; port++) {
      assertThat(table.isReply(reply(port), 0)).as("flow %d", port).isTrue();
    }
  }

  @Test
  void neverGrowsAndForgetsTheIdleFirst() {
    FlowTable table = new FlowTable();
    long nowNs = 0;
    for (int port = 1; port <= 60_000; port++) {
      nowNs += SECOND_NS;
      table.noteSent(sent(port), nowNs);
      assertThat(table.isReply(reply(1), nowNs)).as("in use, at flow %d", port).isTrue();
    }
    int remembered = 0;
    for (int port = 1; port <= 60_000; port++) {
      remembered += table.isReply(reply(port), nowNs) ? 1 : 0;
    }
    assertThat(remembered).isEqualTo(FlowTable.CAPACITY);
    assertThat(table.isReply(reply(60_000), nowNs)).isTrue();
  }

  @Test
  void familiesAndProtocolsAreKeptApart() {
    FlowTable table = new FlowTable();
    table.noteSent(facts(TestPackets.udp("0.0.0.1", 5, "0.0.0.2", 6)), 0);
    assertThat(table.isReply(facts(TestPackets.udp("0.0.0.2", 6, "0.0.0.1", 5)), 0)).isTrue();
    assertThat(table.isReply(facts(TestPackets.udp("::2", 6, "::1", 5)), 0)).isFalse();
    assertThat(table.isReply(facts(TestPackets.ports(132, "0.0.0.2", 6, "0.0.0.1", 5)), 0))
        .isFalse();
  }

  private static PacketFacts sent(int port) {
    return facts(TestPackets.udp("100.64.0.1", port, "100.64.0.2", 53));
  }

  private static PacketFacts reply(int port) {
    return facts(TestPackets.udp("100.64.0.2", 53, "100.64.0.1", port));
  }

  private static PacketFacts facts(MemorySegment packet) {
    PacketFacts facts = new PacketFacts();
    facts.read(packet, 0, (int) packet.byteSize());
    return facts;
  }
}
