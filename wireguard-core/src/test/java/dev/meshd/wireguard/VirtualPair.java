package dev.meshd.wireguard;

import dev.meshd.wireguard.VirtualNode.VirtualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** Two nodes that know each other, with a network between them that delivers when told to. */
final class VirtualPair {
  final VirtualClock clock = new VirtualClock();
  final Deque<byte[]> toB = new ArrayDeque<>();
  final Deque<byte[]> toA = new ArrayDeque<>();
  final VirtualNode a;
  final VirtualNode b;

  VirtualPair() {
    this(1);
  }

  VirtualPair(long seed) {
    a = new VirtualNode(clock, "192.0.2.1:1001", seed, true, toB::add);
    b = new VirtualNode(clock, "192.0.2.2:1002", ~seed, true, toA::add);
    a.meet(b);
    b.meet(a);
  }

  /** Delivers everything on its way, and what that leads to, in no time. */
  void deliver() {
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
  }

  /** A handshake begun by A, complete on both sides. */
  VirtualPair connected() {
    a.send("hello");
    deliver();
    return this;
  }

  /** Lets time pass, carrying out every timer at its moment and delivering what that sends. */
  void advance(Duration duration) {
    long endNs = clock.nowNs + duration.toNanos();
    deliver();
    while (true) {
      OptionalLong next = earliest(a.device.nextDeadlineNs(), b.device.nextDeadlineNs());
      if (next.isEmpty() || next.getAsLong() - endNs > 0) {
        clock.nowNs = endNs;
        return;
      }
      clock.nowNs = Math.max(clock.nowNs, next.getAsLong());
      fire(a);
      fire(b);
      deliver();
    }
  }

  void advanceSeconds(double seconds) {
    advance(Duration.ofNanos(Math.round(seconds * 1e9)));
  }

  private void fire(VirtualNode node) {
    node.device.onDeadline(clock.nowNs, node);
    node.device.onSignals(clock.nowNs, node);
  }

  private static OptionalLong earliest(OptionalLong x, OptionalLong y) {
    if (x.isEmpty() || y.isEmpty()) {
      return x.isPresent() ? x : y;
    }
    return x.getAsLong() - y.getAsLong() <= 0 ? x : y;
  }
}
