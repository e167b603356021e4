package dev.meshd.control.client;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop on a virtual thread of its own, from {@link #start} until the client is closed. An
 * interrupt means "the state has changed, look at it again" and starts the loop over; a bug is
 * logged and the loop goes on a second later.
 */
final class Routine {
  private static final Logger LOG = LoggerFactory.getLogger(Routine.class);
  private static final Duration AFTER_A_BUG = Duration.ofSeconds(1);

  /** What a routine does; called again whenever it returns. */
  interface Body {
    void run() throws InterruptedException;
  }

  private final EventSink events;
  private final Thread thread;

  Routine(String name, EventSink events, BooleanSupplier closed, Body body) {
    this.events = events;
    thread = Thread.ofVirtual().name(name).unstarted(() -> loop(closed, body));
  }

  void start() {
    thread.start();
  }

  /** Makes the routine look at the state again, unless it is the caller. */
  void lookAgain() {
    if (!thread.equals(Thread.currentThread())) {
      events.interruptBetweenEvents(thread);
    }
  }

  /** Waits for the end, which the caller has brought about; false when it takes longer. */
  boolean join(Duration patience) throws InterruptedException {
    return thread.getState() == Thread.State.NEW || thread.join(patience);
  }

  private static void loop(BooleanSupplier closed, Body body) {
    while (!closed.getAsBoolean()) {
      try {
        body.run();
      } catch (InterruptedException e) {
        LOG.trace("looking again");
      } catch (RuntimeException e) {
        LOG.error("{} failed and goes on", Thread.currentThread().getName(), e);
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(AFTER_A_BUG);
    } catch (InterruptedException e) {
      LOG.trace("resting less");
    }
  }
}
