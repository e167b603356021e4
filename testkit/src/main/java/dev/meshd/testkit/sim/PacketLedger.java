package dev.meshd.testkit.sim;

import dev.meshd.engine.MeshPeer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every packet that went into a tunnel, and the judge of every packet that comes out of one: it
 * must be one that went in, unaltered, at the machine it was meant for, once, from a peer that this
 * machine knows and lets call it.
 */
final class PacketLedger {

  /**
   * @param fromId the sender's registration
   * @param toId the registration that the sender knew behind the address; 0 for none
   */
  private record Entry(OverlayPacket packet, long fromId, long toId) {}

  private final Map<Long, Entry> sent = new HashMap<>();
  private final Set<OverlayPacket> delivered = new HashSet<>();
  private final Set<Long> answered = new HashSet<>();
  private long numbers;

  /** Sends a question that {@link #isAnswered} will tell about; 0 if the sender cannot. */
  long ask(SimNode from, SimNode to, boolean ipv6, int filling) {
    Optional<KnownMap> known = from.known();
    if (!from.isAwake() || known.isEmpty() || to.known().isEmpty()) {
      return 0;
    }
    OverlayPacket packet =
        new OverlayPacket(from.overlay(ipv6), to.overlay(ipv6), ++numbers, false, filling);
    long toId = known.get().owner(packet.destination()).map(MeshPeer::id).orElse(0L);
    sent.put(numbers, new Entry(packet, known.get().self().id(), toId));
    from.send(packet);
    return numbers;
  }

  /** Sends a packet under another machine's address, which must come out nowhere. */
  void forge(SimNode from, SimNode to, SimNode as, boolean ipv6) {
    boolean possible = from.isAwake() && from.known().isPresent();
    if (possible
        && to.known().isPresent()
        && as.known().isPresent()
        && !as.overlay(ipv6).equals(from.overlay(ipv6))) {
      from.send(new OverlayPacket(as.overlay(ipv6), to.overlay(ipv6), ++numbers, false, 0));
    }
  }

  boolean isAnswered(long number) {
    return answered.contains(number);
  }

  /** Forgets the past, so that a long history does not fill the memory. */
  void forget() {
    sent.clear();
    delivered.clear();
    answered.clear();
  }

  /** A packet came out of a machine's tunnel; returns it. */
  OverlayPacket delivered(SimNode at, byte[] bytes) {
    OverlayPacket packet =
        OverlayPacket.decode(bytes)
            .orElseThrow(() -> violation(at, "was handed a packet nobody sent"));
    Entry entry = sent.get(packet.number());
    if (entry == null) {
      throw violation(at, "was handed a forged packet, " + packet);
    }
    OverlayPacket expected = packet.answer() ? entry.packet().reply() : entry.packet();
    if (!packet.equals(expected)) {
      throw violation(at, "was handed " + packet + " where " + expected + " was sent");
    }
    KnownMap known = at.known().orElseThrow(() -> violation(at, "got a packet before its map"));
    long from = packet.answer() ? entry.toId() : entry.fromId();
    long to = packet.answer() ? entry.fromId() : entry.toId();
    if (known.self().id() != to) {
      throw violation(at, "was handed a packet for the machine that had its address before");
    }
    Optional<MeshPeer> sender = known.owner(packet.source()).filter(peer -> peer.id() == from);
    if (sender.isEmpty()) {
      throw violation(at, "was handed a packet of a machine that it does not know, " + packet);
    }
    if (sender.get().expired()) {
      throw violation(at, "was handed a packet of a machine whose key has expired, " + packet);
    }
    if (!packet.answer() && !known.mayCall(packet.source())) {
      throw violation(at, "was handed a packet that its filter forbids, " + packet);
    }
    if (!delivered.add(packet)) {
      throw violation(at, "was handed twice " + packet);
    }
    if (packet.answer()) {
      answered.add(packet.number());
    }
    return packet;
  }

  private static InvariantViolation violation(SimNode at, String what) {
    return new InvariantViolation(at + " " + what);
  }
}
