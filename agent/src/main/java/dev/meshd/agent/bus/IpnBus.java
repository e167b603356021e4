package dev.meshd.agent.bus;

import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.NotifyMask;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Fans messages out to watchers. Thread-safe: publishing and subscribing exclude each other, so a
 * watcher's first message and the stream after it have neither a gap nor an overlap.
 */
public final class IpnBus {
  private final Object order = new Object();
  private final List<BusWatcher> watchers = new CopyOnWriteArrayList<>();

  /**
   * Registers a watcher.
   *
   * @param mask bits of {@link NotifyMask}
   * @param first builds the first message; asked only if the mask calls for one
   */
  public BusWatcher watch(long mask, Supplier<Notify> first) {
    BusWatcher watcher = new BusWatcher(mask, watchers::remove);
    synchronized (order) {
      if ((mask & NotifyMask.CAUSES_FIRST_MESSAGE) != 0) {
        watcher.offer(first.get());
      }
      watchers.add(watcher);
    }
    return watcher;
  }

  /** Sends {@code message} to every watcher that asked for such content. Never waits. */
  public void publish(Notify message) {
    synchronized (order) {
      for (BusWatcher watcher : watchers) {
        Optional<Notify> wanted = message.filteredFor(watcher.mask());
        wanted.ifPresent(watcher::offer);
      }
    }
  }

  /** Whether some watcher has the bit. */
  public boolean isWanted(long bit) {
    return watchers.stream().anyMatch(watcher -> (watcher.mask() & bit) != 0);
  }

  /** Ends every watch; the watchers' streams end after what is queued. */
  public void close() {
    synchronized (order) {
      watchers.forEach(BusWatcher::close);
    }
  }
}
