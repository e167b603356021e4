package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.wireguard.VirtualNode.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** A node that restarts with its clock set back: what its peer thinks of its handshakes. */
class ClockSetBackTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final VirtualClock clock = new VirtualClock();
  private final Deque<byte[]> toB = new ArrayDeque<>();
  private final Deque<byte[]> toA = new ArrayDeque<>();
  private final VirtualNode b = new VirtualNode(clock, "192.0.2.2:1002", 2, true, toA::add);

  /** The node with key 1, a new process of it. */
  private VirtualNode process(InstantSource timestamps) {
    VirtualNode a = new VirtualNode(clock, "192.0.2.1:1001", 1, true, toB::add, timestamps);
    a.meet(b);
    return a;
  }

  private void exchange(VirtualNode a, String text) {
    a.send(text);
    while (!toA.isEmpty() || !toB.isEmpty()) {
      byte[] datagram = toB.poll();
      if (datagram != null) {
        b.receive(datagram, a.address);
      }
      datagram = toA.poll();
      if (datagram != null) {
        a.receive(datagram, b.address);
      }
    }
    clock.nowNs += HOUR.toNanos();
  }

  private Instant now() {
    return VirtualNode.EPOCH.plusNanos(clock.nowNs);
  }

  @Test
  void isRefusedByItsOwnClockAndAcceptedWhenItGoesOnFromWhereItWas() {
    VirtualNode first = process(this::now);
    b.meet(first);
    Instant used = now();
    exchange(first, "first");
    assertThat(b.received).contains("first");

    exchange(process(() -> now().minus(HOUR.multipliedBy(3))), "set back");
    assertThat(b.received).doesNotContain("set back");

    Instant floor = used.plusSeconds(600);
    exchange(process(() -> floor), "going on");
    assertThat(b.received).contains("going on");
    System.out.println(
        "handshake clock: set back, a peer refuses; going on from the reserve, it accepts");
  }
}
