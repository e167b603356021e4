package dev.meshd.engine.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.WireGuardSettings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagedPacketsTest {
  private final WireGuardDevice device =
      new WireGuardDevice(
          NodePrivateKey.generate(), WireGuardSettings.system(true), new SignalQueue(() -> {}));
  private final WireGuardPeer peer = peer();
  private final StagedPackets staged = new StagedPackets(Arena.ofAuto());
  private final MemorySegment packet = Arena.ofAuto().allocate(65_535);

  @Test
  void packetsOfAnySizeComeOutAsTheyWentIn() {
    int[] sizes = {20, 2048, 2049, 65_535, 1420, 65_535, 40_000, 65_535, 65_535, 1};
    for (int size : sizes) {
      assertThat(add(peer, size)).isZero();
    }
    List<Integer> lengths = new ArrayList<>();
    int[] flushes = {0};
    staged.drain(
        peer,
        (memory, offset, length) -> {
          lengths.add(length);
          assertThat(memory.get(ValueLayout.JAVA_BYTE, offset)).isEqualTo((byte) length);
          assertThat(memory.get(ValueLayout.JAVA_BYTE, offset + length - 1))
              .isEqualTo((byte) length);
          return length + 32;
        },
        () -> flushes[0]++);
    assertThat(lengths)
        .containsExactly(20, 2048, 2049, 65_535, 1420, 65_535, 40_000, 65_535, 65_535, 1);
    assertThat(flushes[0]).as("the outlet holds four of the largest").isEqualTo(2);
    assertThat(staged.hasPackets(peer)).isFalse();
  }

  @Test
  void largePacketsPushOutAsManyAsTheyNeedRoomFor() {
    WireGuardPeer other = peer();
    int large = 65_535; // 32 of 1024 slots
    for (int i = 0; i < 31; i++) {
      assertThat(add(peer, large)).isZero();
    }
    for (int i = 0; i < 32; i++) {
      assertThat(add(other, 1000)).isZero();
    }
    assertThat(add(other, large)).as("all of its own make just enough room").isEqualTo(32);
    assertThat(add(peer, 1000)).as("its oldest").isEqualTo(1);
    assertThat(add(peer(), 1000)).as("the slab has room again").isZero();
    assertThat(staged.drop(peer)).isEqualTo(31);
    assertThat(staged.drop(other)).isEqualTo(1);
    for (int i = 0; i < 31; i++) {
      assertThat(add(peer, large)).as("every slot is free again").isZero();
    }
  }

  private int add(WireGuardPeer to, int size) {
    packet.set(ValueLayout.JAVA_BYTE, 0, (byte) size);
    packet.set(ValueLayout.JAVA_BYTE, size - 1, (byte) size);
    return staged.add(to, packet, 0, size);
  }

  private WireGuardPeer peer() {
    return device.addPeer(NodePrivateKey.generate().publicKey(), 0);
  }
}
