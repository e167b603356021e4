package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.meshd.crypto.AeadEngine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class KeypairTest {
  private final VirtualPair pair = new VirtualPair().connected();
  private final MemorySegment memory = Arena.ofAuto().allocate(2048);
  private final long nowNs = pair.clock.nowNs;

  @Test
  void closedSessionSealsAndOpensNothing() {
    Keypair keypair = pair.a.peer().currentKeypair();
    Keypair other = pair.b.peer().currentKeypair();
    int length = other.seal(memory, 0, 16);
    keypair.close();
    assertThat(keypair.open(memory, 0, length, nowNs)).isEqualTo(DropReason.DATA_FORGED);
    assertThat(keypair.seal(memory, 0, 16)).isEqualTo(Keypair.NOT_SEALED);
    assertThat(keypair.canSend(nowNs)).isFalse();
  }

  @Test
  void damagedPacketIsRefusedAndTheGoodOneAcceptedOnce() {
    Keypair sender = pair.a.peer().currentKeypair();
    Keypair receiver = pair.b.peer().currentKeypair();
    int length = sender.seal(memory, 0, 48);
    MemorySegment good = MemorySegment.ofArray(new byte[length]);
    good.copyFrom(memory.asSlice(0, length));
    for (int position = 8; position < length; position++) {
      memory.asSlice(0, length).copyFrom(good);
      byte original = memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, position);
      memory.set(java.lang.foreign.ValueLayout.JAVA_BYTE, position, (byte) (original ^ 0x10));
      assertThat(receiver.open(memory, 0, length, nowNs)).isEqualTo(DropReason.DATA_FORGED);
    }
    memory.asSlice(0, length).copyFrom(good);
    assertThat(receiver.open(memory, 0, length, nowNs)).isNull();
    memory.asSlice(0, length).copyFrom(good);
    assertThat(receiver.open(memory, 0, length, nowNs)).isEqualTo(DropReason.REPLAYED);
  }

  @Test
  void indexTableFindsWhatIsInItAmongManyChanges() {
    ReceiverIndexTable table = pair.a.device.keypairs();
    Keypair kept = pair.a.peer().currentKeypair();
    for (int round = 0; round < 500; round++) {
      pair.advanceSeconds(6);
      pair.a.device.startHandshake(pair.a.peer(), pair.clock.nowNs, pair.a);
      pair.deliver();
      Keypair current = pair.a.peer().currentKeypair();
      assertThat(table.get(current.localIndex())).isSameAs(current);
      assertThat(table.size()).isLessThanOrEqualTo(3);
    }
    assertThat(table.get(kept.localIndex())).isNull();
  }

  @Test
  void sealingAndOpeningAllocateNothing() {
    Assumptions.assumeTrue(
        AeadEngine.OPENSSL.isPresent(), "the JDK's cipher allocates; no libcrypto here");
    VirtualPair fast = new VirtualPair();
    Keypair sender = session(fast, AeadEngine.OPENSSL, true);
    Keypair receiver = session(fast, AeadEngine.OPENSSL, false);
    pass(sender, receiver, 50_000);

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      pass(sender, receiver, 10_000);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes for 10,000 packets").isLessThan(10_000);
  }

  private void pass(Keypair sender, Keypair receiver, int packets) {
    for (int i = 0; i < packets; i++) {
      int length = sender.seal(memory, 0, 1280);
      if (length < 0 || receiver.open(memory, 0, length, nowNs) != null) {
        throw new AssertionError("packet " + i + " did not pass");
      }
      sender.peer().activity().sent(true, nowNs + i);
      receiver.peer().activity().received(true, nowNs + i);
      sender.isDueAfterSending(nowNs);
      receiver.isLastMinute(nowNs);
    }
  }

  /** A session of fixed keys, so that the cipher engine can be chosen. */
  private static Keypair session(VirtualPair pair, AeadEngine engine, boolean initiator) {
    VirtualNode node = initiator ? pair.a : pair.b;
    byte[] one = new byte[32];
    byte[] two = new byte[32];
    two[0] = 1;
    dev.meshd.wireguard.noise.TransportKeys keys =
        dev.meshd.wireguard.noise.TransportKeysFixture.of(
            initiator ? one : two, initiator ? two : one, 7);
    return new Keypair(node.peer(), engine, keys, 7, initiator, pair.clock.nowNs);
  }
}
