package dev.meshd.derp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.codec.FrameEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SendRingTest {
  private static final NodeKey PEER = NodePrivateKey.generate().publicKey();
  private static final long SECOND = 1_000_000_000L;

  private final SendRing ring = new SendRing();

  /**
   * The ring against a plain queue: what comes out is what went in, in order, less the oldest that
   * it counted.
   */
  @Property(tries = 100)
  void keepsTheNewestInOrder(@ForAll long seed) {
    var random = new Random(seed);
    var model = new ArrayDeque<byte[]>();
    var fresh = new SendRing();
    long droppedBefore = 0;
    for (int step = 0; step < 200; step++) {
      byte[] packet = new byte[random.nextInt(random.nextInt(10) == 0 ? 65_537 : 2000)];
      random.nextBytes(packet);
      offer(fresh, packet);
      model.add(FrameEncoder.sendPacket(PEER, packet));
      for (; droppedBefore < fresh.droppedOldest(); droppedBefore++) {
        model.remove();
      }
      if (random.nextInt(20) == 0) {
        ByteBuf out = Unpooled.buffer(100_000, 100_000);
        fresh.drainTo(out, length -> true, 0);
        while (out.isReadable()) {
          byte[] expected = model.remove();
          byte[] drained = new byte[expected.length];
          out.readBytes(drained);
          assertThat(drained).isEqualTo(expected);
        }
      }
      assertThat(fresh.isEmpty()).isEqualTo(model.isEmpty());
    }
  }

  @Test
  void dropsTheOldestWhenFull() {
    for (int i = 0; i < 1000; i++) {
      offer(ring, new byte[] {(byte) (i >> 8), (byte) i, 0, 0, 0, 0, 0, 0});
    }
    assertThat(ring.droppedOldest()).isZero();
    for (int i = 0; i < 10; i++) {
      offer(ring, new byte[60_000]);
    }
    assertThat(ring.droppedOldest()).isGreaterThan(1000);
  }

  @Test
  void leavesOutWhatWaitedTooLong() {
    ring.offer(PEER, MemorySegment.ofArray(new byte[1]), 0, 1, 0);
    ring.offer(PEER, MemorySegment.ofArray(new byte[2]), 0, 2, 2 * SECOND);
    ByteBuf out = Unpooled.buffer(1000, 1000);
    ring.drainTo(out, length -> true, 4 * SECOND);
    assertThat(out.readableBytes()).isEqualTo(5 + 32 + 2);
    assertThat(ring.droppedStale()).isEqualTo(1);
  }

  @Test
  void leavesOutWhatTheGateRefuses() {
    offer(ring, new byte[10]);
    offer(ring, new byte[20]);
    ByteBuf out = Unpooled.buffer(1000, 1000);
    ring.drainTo(out, length -> length == 20, 0);
    assertThat(out.readableBytes()).isEqualTo(5 + 32 + 20);
    assertThat(ring.isEmpty()).isTrue();
  }

  private static void offer(SendRing to, byte[] packet) {
    to.offer(PEER, MemorySegment.ofArray(packet), 0, packet.length, 0);
  }
}
