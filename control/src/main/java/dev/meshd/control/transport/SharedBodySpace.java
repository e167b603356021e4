package dev.meshd.control.transport;

import java.util.concurrent.atomic.AtomicLong;

/** Room for request bodies that are being received, shared by all connections. Thread-safe. */
final class SharedBodySpace {
  private final long capacity;
  private final AtomicLong used = new AtomicLong();

  SharedBodySpace(long capacity) {
    this.capacity = capacity;
  }

  /** Takes {@code bytes}, or none of them if there is not as much. */
  boolean tryTake(long bytes) {
    if (used.addAndGet(bytes) <= capacity) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}
