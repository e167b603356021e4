package dev.meshd.control.client;

import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the listener, one at a time; what the listener throws is logged.
 *
 * <p>The listener writes files, and an interrupt breaks a file channel: so no routine is
 * interrupted while it is inside the listener, and one that was interrupted before learns of it
 * afterwards. Thread-safe.
 */
final class EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(EventSink.class);

  private final Consumer<ControlEvent> listener;

  /** Held while the listener runs. */
  private final ReentrantLock delivery = new ReentrantLock();

  EventSink(Consumer<ControlEvent> listener) {
    this.listener = listener;
  }

  void emit(ControlEvent event) {
    boolean interrupted = begin();
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      LOG.error("the listener failed on {}", event.getClass().getSimpleName(), e);
    } finally {
      end(interrupted);
    }
  }

  /** Has a key kept, as undisturbed as a listener. */
  void keep(NewKeyKeeper keeper, NodePrivateKey key) throws IOException {
    boolean interrupted = begin();
    try {
      keeper.keep(key);
    } finally {
      end(interrupted);
    }
  }

  private boolean begin() {
    delivery.lock();
    return Thread.interrupted();
  }

  private void end(boolean interrupted) {
    delivery.unlock();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts a thread once it is not inside the listener. */
  void interruptBetweenEvents(Thread thread) {
    delivery.lock();
    try {
      thread.interrupt();
    } finally {
      delivery.unlock();
    }
  }
}
