package dev.meshd.engine;

import dev.meshd.magicsock.Deadline;

/**
 * When to repeat an initiation that is known to be lost, long before WireGuard would: two machines
 * that were switched on together should not wait five seconds because one was a moment late.
 *
 * <p>It is lost when there was no way to the peer at all, and repeated as soon as there is one; and
 * when the relay says that the peer is not connected, and repeated after 0.2, 0.4, 0.8 and 1.6 s.
 *
 * <p>Owned by the engine loop.
 */
final class HandshakeRepeat {

  private static final long FIRST_NS = 200_000_000L;
  private static final int MAX_ABSENCES = 4;

  private boolean unsent;
  private int absences;
  private long atNs = Deadline.NONE;

  /** An initiation was made and there was no way to send it. */
  void onUnsent() {
    unsent = true;
  }

  /** There is a way to the peer. */
  void onWay(long nowNs) {
    if (unsent) {
      unsent = false;
      atNs = nowNs;
    }
  }

  /** The relay says that the peer is not there. */
  void onAbsent(long nowNs) {
    if (absences < MAX_ABSENCES && atNs == Deadline.NONE) {
      atNs = nowNs + (FIRST_NS << absences);
      absences++;
    }
  }

  /** The peer was heard, so it is there. */
  void onHeard() {
    absences = 0;
  }

  /** Whether to repeat now; true once. */
  boolean takeDue(long nowNs) {
    boolean due = Deadline.reached(atNs, nowNs);
    if (due) {
      atNs = Deadline.NONE;
    }
    return due;
  }

  long dueNs() {
    return atNs;
  }
}
