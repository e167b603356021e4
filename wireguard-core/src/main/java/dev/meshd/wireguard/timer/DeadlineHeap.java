package dev.meshd.wireguard.timer;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Who is due first, among any number of owners with one deadline each: a binary heap that also
 * knows where each owner is, so that moving a deadline costs O(log n). Owned by the engine loop.
 *
 * @param <T> the owners, told apart by identity
 */
public final class DeadlineHeap<T> {
  private @Nullable Object[] owners = new Object[16];
  private long[] deadlineNs = new long[16];
  private final IdentityHashMap<T, Integer> positions = new IdentityHashMap<>();
  private int size;

  /** Sets, moves or (when empty) removes the owner's deadline. */
  public void set(T owner, OptionalLong atNs) {
    Integer position = positions.get(owner);
    if (atNs.isEmpty()) {
      if (position != null) {
        removeAt(position);
      }
    } else if (position == null) {
      grow();
      place(size, owner, atNs.getAsLong());
      siftUp(size++);
    } else {
      deadlineNs[position] = atNs.getAsLong();
      siftUp(position);
      siftDown(positions.getOrDefault(owner, position));
    }
  }

  public OptionalLong earliestNs() {
    return size == 0 ? OptionalLong.empty() : OptionalLong.of(deadlineNs[0]);
  }

  /**
   * An owner whose deadline has come, still in the heap; the caller moves or removes its deadline.
   */
  public Optional<T> due(long nowNs) {
    return size == 0 || deadlineNs[0] - nowNs > 0 ? Optional.empty() : Optional.of(ownerAt(0));
  }

  public int size() {
    return size;
  }

  private void removeAt(int position) {
    positions.remove(ownerAt(position));
    size--;
    T last = ownerAt(size);
    long lastDeadline = deadlineNs[size];
    owners[size] = null;
    if (position < size) {
      place(position, last, lastDeadline);
      siftUp(position);
      siftDown(positions.getOrDefault(last, position));
    }
  }

  private void siftUp(int position) {
    int child = position;
    while (child > 0) {
      int parent = (child - 1) >>> 1;
      if (deadlineNs[child] - deadlineNs[parent] >= 0) {
        return;
      }
      swap(child, parent);
      child = parent;
    }
  }

  private void siftDown(int position) {
    int parent = position;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && deadlineNs[child + 1] - deadlineNs[child] < 0) {
        child++;
      }
      if (deadlineNs[child] - deadlineNs[parent] >= 0) {
        return;
      }
      swap(child, parent);
      parent = child;
    }
  }

  private void swap(int a, int b) {
    T owner = ownerAt(a);
    long deadline = deadlineNs[a];
    place(a, ownerAt(b), deadlineNs[b]);
    place(b, owner, deadline);
  }

  private void place(int position, T owner, long atNs) {
    owners[position] = owner;
    deadlineNs[position] = atNs;
    positions.put(owner, position);
  }

  @SuppressWarnings("unchecked") // only T is ever placed, and positions below size are filled
  private T ownerAt(int position) {
    Object owner = owners[position];
    if (owner == null) {
      throw new IllegalStateException("empty heap slot " + position);
    }
    return (T) owner;
  }

  private void grow() {
    if (size == owners.length) {
      owners = Arrays.copyOf(owners, 2 * size);
      deadlineNs = Arrays.copyOf(deadlineNs, 2 * size);
    }
  }
}
