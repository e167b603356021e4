package dev.meshd.coordinator.netmap;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What changed, in order: the queue of all map streams at once. A stream remembers only how far it
 * has been told, so noting a change costs the same with one stream as with thousands, and a stream
 * that takes nothing costs no memory. The oldest changes are forgotten; a stream that has not heard
 * them needs a full map. Owned by the coordinator loop.
 */
final class ChangeLog {
  /** Some minutes of a large network's endpoint changes, or one restart of 8,000 nodes. */
  static final int CAPACITY = 8192;

  /** Stands for the relays among the ids of nodes, which begin at 1. */
  static final long RELAYS = 0;

  private final @Nullable Change[] ring;
  private long head;

  /** Aspects of one node that changed at one time; for a removed node they mean nothing. */
  private record Change(long nodeId, Set<PeerAspect> aspects, long atNs) {}

  ChangeLog(int capacity) {
    ring = new @Nullable Change[capacity];
  }

  /** How many changes there have been; a stream that has heard all of them is at this position. */
  long head() {
    return head;
  }

  void append(long nodeId, Set<PeerAspect> aspects, long atNs) {
    ring[(int) (head % ring.length)] = new Change(nodeId, aspects, atNs);
    head++;
  }

  /** Whether every change after {@code position} is still known. */
  boolean reaches(long position) {
    return head - position <= ring.length;
  }

  /**
   * When the change after {@code position} was made; empty when there is none or it is forgotten.
   */
  Optional<Long> nextAtNs(long position) {
    Change change = position < head && reaches(position) ? at(position) : null;
    return change == null ? Optional.empty() : Optional.of(change.atNs());
  }

  /** All changes after {@code position}, by node; the caller has checked {@link #reaches}. */
  SortedMap<Long, Set<PeerAspect>> since(long position) {
    SortedMap<Long, Set<PeerAspect>> changes = new TreeMap<>();
    for (long i = position; i < head; i++) {
      Change change = at(i);
      if (change != null) {
        changes
            .computeIfAbsent(change.nodeId(), id -> EnumSet.noneOf(PeerAspect.class))
            .addAll(change.aspects());
      }
    }
    return changes;
  }

  private @Nullable Change at(long position) {
    return ring[(int) (position % ring.length)];
  }
}
