package dev.meshd.agent.bus;

import dev.meshd.agent.localapi.Notify;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One watcher's queue. The bus puts, one thread takes. Holds {@value #MAX_QUEUED} messages; when it
 * is full the watch ends with one last message that says so, since a stream with a hole would
 * mislead.
 */
public final class BusWatcher {
  static final int MAX_QUEUED = 128;

  private static final Notify FELL_BEHIND =
      Notify.error("IPN bus consumer fell behind; closing watch");

  private final long mask;
  private final Consumer<BusWatcher> onClose;
  // Room for the two closing messages is kept free by offer().
  private final BlockingQueue<Optional<Notify>> queue = new ArrayBlockingQueue<>(MAX_QUEUED + 2);
  private volatile boolean closed;

  BusWatcher(long mask, Consumer<BusWatcher> onClose) {
    this.mask = mask;
    this.onClose = onClose;
  }

  public long mask() {
    return mask;
  }

  /** Waits for the next message; empty when the watch has ended. */
  public Optional<Notify> next() throws InterruptedException {
    return queue.take();
  }

  /** Ends the watch after what is queued. */
  public synchronized void close() {
    end(null);
  }

  synchronized void offer(Notify message) {
    if (closed) {
      return;
    }
    if (queue.size() < MAX_QUEUED) {
      queue.add(Optional.of(message));
    } else {
      end(FELL_BEHIND);
    }
  }

  private void end(@Nullable Notify last) {
    if (closed) {
      return;
    }
    closed = true;
    onClose.accept(this);
    if (last != null) {
      queue.add(Optional.of(last));
    }
    queue.add(Optional.empty());
  }
}
