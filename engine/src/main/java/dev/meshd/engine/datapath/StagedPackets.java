package dev.meshd.engine.datapath;

import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/**
 * Packets that wait for a session, copied into a slab of a fixed number of slots, in the order they
 * came for each peer.
 *
 * <p>At most {@value #MAX_PER_PEER} wait for one peer, and at most as many as there are slots for
 * all. When either limit is reached the peer's oldest packet makes room; a peer that has none
 * waiting gets none while the slab is full. Owned by the sealing thread.
 */
final class StagedPackets {
  /** As many as the kernel's implementation keeps. */
  static final int MAX_PER_PEER = 128;

  private final MemorySegment memory;
  private final int slotBytes;
  private final int[] lengths;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final IdentityHashMap<WireGuardPeer, ArrayDeque<Integer>> waiting =
      new IdentityHashMap<>();

  /**
   * @param arena lives as long as the data path
   * @param slots packets that can wait in all
   * @param maxPacketBytes longest packet
   */
  StagedPackets(Arena arena, int slots, int maxPacketBytes) {
    this.slotBytes = TransportLayout.OVERHEAD + TransportLayout.paddedLength(maxPacketBytes, 0);
    this.memory = arena.allocate((long) slots * slotBytes, Long.BYTES);
    this.lengths = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      free.add(slot);
    }
  }

  /** What to do with each packet on {@link #drain}. */
  interface Visitor {
    /** The memory has room for header, padding and tag around the packet. */
    void packet(MemorySegment memory, long offset, int length);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean hasPackets(WireGuardPeer peer) {
    return !waiting.isEmpty() && waiting.containsKey(peer);
  }

  /**
   * Copies a packet; false when one had to be dropped for it, be it the peer's oldest or this one.
   */
  boolean add(WireGuardPeer peer, MemorySegment source, long offset, int length) {
    if (length > slotBytes - TransportLayout.OVERHEAD) {
      return false;
    }
    ArrayDeque<Integer> queue = waiting.computeIfAbsent(peer, _ -> new ArrayDeque<>());
    boolean pushedOut = queue.size() == MAX_PER_PEER || free.isEmpty();
    Integer slot = pushedOut ? queue.poll() : free.poll();
    if (slot == null) {
      waiting.remove(peer);
      return false;
    }
    MemorySegment.copy(source, offset, memory, packetOffset(slot), length);
    lengths[slot] = length;
    queue.add(slot);
    return !pushedOut;
  }

  /** Visits and then frees everything that waits for the peer. */
  void drain(WireGuardPeer peer, Visitor visitor, Runnable beforeFreeing) {
    ArrayDeque<Integer> queue = waiting.remove(peer);
    if (queue == null) {
      return;
    }
    for (int slot : queue) {
      visitor.packet(memory, packetOffset(slot), lengths[slot]);
    }
    beforeFreeing.run();
    free.addAll(queue);
  }

  /** Frees everything that waits for the peer and says how much that was. */
  int drop(WireGuardPeer peer) {
    ArrayDeque<Integer> queue = waiting.remove(peer);
    if (queue == null) {
      return 0;
    }
    free.addAll(queue);
    return queue.size();
  }

  private long packetOffset(int slot) {
    return (long) slot * slotBytes + TransportLayout.HEADER_LENGTH;
  }
}
