package dev.meshd.engine.datapath;

import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/**
 * Packets that wait for a session, copied into a slab of a fixed number of slots, in the order they
 * came for each peer. A packet of Ethernet size takes one slot, a longer one a chain of them.
 *
 * <p>At most {@value #MAX_PER_PEER} wait for one peer, and at most as many as there are slots for
 * all. When either limit is reached the peer's oldest packets make room; a peer that has none
 * waiting gets none while the slab is full. Owned by the sealing thread.
 */
final class StagedPackets {
  /** As many as the kernel's implementation keeps. */
  static final int MAX_PER_PEER = 128;

  private static final int SLOTS = 1024;
  private static final int SLOT_BYTES = 2048;
  private static final int NO_SLOT = -1;

  /** Several packets of any size, each with room for header, padding and tag. */
  private static final int OUTLET_BYTES = 4 * (65_536 + TransportLayout.OVERHEAD);

  private final MemorySegment slab;
  private final MemorySegment outlet;
  private final int[] lengths = new int[SLOTS];
  private final int[] nextSlot = new int[SLOTS];
  private int firstFree;
  private int freeSlots;
  private final IdentityHashMap<WireGuardPeer, ArrayDeque<Integer>> waiting =
      new IdentityHashMap<>();

  /**
   * @param arena lives as long as the data path
   */
  StagedPackets(Arena arena) {
    this.slab = arena.allocate((long) SLOTS * SLOT_BYTES, Long.BYTES);
    this.outlet = arena.allocate(OUTLET_BYTES, Long.BYTES);
    this.firstFree = NO_SLOT;
    for (int slot = SLOTS - 1; slot >= 0; slot--) {
      free(slot);
    }
  }

  /** What to do with each packet on {@link #drain}. */
  interface Visitor {
    /**
     * The memory has room for header, padding and tag around the packet.
     *
     * @return the length of the datagram made of it, which stays where it is until the end of the
     *     drain or the next flush; 0 if the memory is free again
     */
    int packet(MemorySegment memory, long offset, int length);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean hasPackets(WireGuardPeer peer) {
    return !waiting.isEmpty() && waiting.containsKey(peer);
  }

  /** Copies a packet and returns how many were dropped for it, possibly this one. */
  int add(WireGuardPeer peer, MemorySegment source, long offset, int length) {
    ArrayDeque<Integer> queue = waiting.computeIfAbsent(peer, _ -> new ArrayDeque<>());
    int dropped = 0;
    while (queue.size() == MAX_PER_PEER || freeSlots < slotsFor(length)) {
      Integer oldest = queue.poll();
      dropped++;
      if (oldest == null) {
        waiting.remove(peer);
        return dropped;
      }
      freeChain(oldest);
    }
    queue.add(store(source, offset, length));
    return dropped;
  }

  /**
   * Visits and forgets everything that waits for the peer.
   *
   * @param flush sends what has been visited so far
   */
  void drain(WireGuardPeer peer, Visitor visitor, Runnable flush) {
    ArrayDeque<Integer> queue = waiting.remove(peer);
    if (queue == null) {
      return;
    }
    int at = 0;
    for (int head : queue) {
      int length = lengths[head];
      if (at + TransportLayout.OVERHEAD + length + TransportLayout.MAX_PADDING > OUTLET_BYTES) {
        flush.run();
        at = 0;
      }
      int offset = at + TransportLayout.HEADER_LENGTH;
      load(head, offset);
      freeChain(head);
      at += visitor.packet(outlet, offset, length);
    }
    flush.run();
  }

  /** Forgets everything that waits for the peer and says how much that was. */
  int drop(WireGuardPeer peer) {
    ArrayDeque<Integer> queue = waiting.remove(peer);
    if (queue == null) {
      return 0;
    }
    queue.forEach(this::freeChain);
    return queue.size();
  }

  private static int slotsFor(int length) {
    return (length + SLOT_BYTES - 1) / SLOT_BYTES;
  }

  /** Fills a chain of slots with a packet and returns its head. */
  private int store(MemorySegment source, long offset, int length) {
    int head = firstFree;
    int last = head;
    for (int done = 0; done < length; done += SLOT_BYTES) {
      last = firstFree;
      firstFree = nextSlot[last];
      freeSlots--;
      int part = Math.min(SLOT_BYTES, length - done);
      MemorySegment.copy(source, offset + done, slab, (long) last * SLOT_BYTES, part);
    }
    nextSlot[last] = NO_SLOT;
    lengths[head] = length;
    return head;
  }

  private void load(int head, long offset) {
    int done = 0;
    for (int slot = head; slot != NO_SLOT; slot = nextSlot[slot]) {
      int part = Math.min(SLOT_BYTES, lengths[head] - done);
      MemorySegment.copy(slab, (long) slot * SLOT_BYTES, outlet, offset + done, part);
      done += part;
    }
  }

  private void freeChain(int head) {
    int slot = head;
    while (slot != NO_SLOT) {
      int following = nextSlot[slot];
      free(slot);
      slot = following;
    }
  }

  private void free(int slot) {
    nextSlot[slot] = firstFree;
    firstFree = slot;
    freeSlots++;
  }
}
