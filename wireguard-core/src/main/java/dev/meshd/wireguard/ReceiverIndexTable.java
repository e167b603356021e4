package dev.meshd.wireguard;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Receiver index → keypair, for one writer and any number of readers without a lock.
 *
 * <p>An open-addressed table in which the keypair carries its own key. Indices are random, so their
 * low bits are the hash. A reader probes from there until it meets an empty slot; a removed keypair
 * leaves a tombstone, so that probing goes on past it. When half full the writer builds a new table
 * and publishes it whole. A reader may therefore miss a keypair installed after it began or find
 * one removed since; the first costs a packet, the second is caught by the wiped key.
 *
 * <p>Written by the engine loop, read by the thread that opens packets.
 */
public final class ReceiverIndexTable {
  private static final int INITIAL_CAPACITY = 64;

  private volatile AtomicReferenceArray<@Nullable Object> slots =
      new AtomicReferenceArray<>(INITIAL_CAPACITY);
  private int live;
  private int used;

  private enum Removed {
    TOMBSTONE
  }

  /** The session with this local index, or null. */
  public @Nullable Keypair get(int index) {
    AtomicReferenceArray<@Nullable Object> table = slots;
    int mask = table.length() - 1;
    for (int i = index & mask; ; i = (i + 1) & mask) {
      Object slot = table.get(i);
      if (slot == null) {
        return null;
      }
      if (slot instanceof Keypair keypair && keypair.localIndex() == index) {
        return keypair;
      }
    }
  }

  void put(Keypair keypair) {
    if (2 * (used + 1) > slots.length()) {
      rebuild();
    }
    insert(slots, keypair);
    live++;
    used++;
  }

  void remove(Keypair keypair) {
    AtomicReferenceArray<@Nullable Object> table = slots;
    int mask = table.length() - 1;
    for (int i = keypair.localIndex() & mask; ; i = (i + 1) & mask) {
      Object slot = table.get(i);
      if (slot == null) {
        return;
      }
      if (slot == keypair) {
        table.set(i, Removed.TOMBSTONE);
        live--;
        return;
      }
    }
  }

  int size() {
    return live;
  }

  private void rebuild() {
    AtomicReferenceArray<@Nullable Object> old = slots;
    int capacity = INITIAL_CAPACITY;
    while (capacity < 4 * (live + 1)) {
      capacity *= 2;
    }
    AtomicReferenceArray<@Nullable Object> fresh = new AtomicReferenceArray<>(capacity);
    for (int i = 0; i < old.length(); i++) {
      if (old.get(i) instanceof Keypair keypair) {
        insert(fresh, keypair);
      }
    }
    used = live;
    slots = fresh;
  }

  private static void insert(AtomicReferenceArray<@Nullable Object> table, Keypair keypair) {
    int mask = table.length() - 1;
    int i = keypair.localIndex() & mask;
    while (table.get(i) != null) {
      i = (i + 1) & mask;
    }
    table.set(i, keypair);
  }
}
