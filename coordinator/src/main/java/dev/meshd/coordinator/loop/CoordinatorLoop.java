package dev.meshd.coordinator.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the server's work in order on one thread. A task that throws is a bug: it is logged and the
 * loop goes on. Thread-safe. After {@link #close} further work is dropped, since nobody is left to
 * answer.
 */
public final class CoordinatorLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLoop.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor thread;

  public CoordinatorLoop() {
    thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("coordinator-loop").daemon(true).factory());
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /** Runs {@code task} after everything handed over before it. */
  public void execute(Runnable task) {
    try {
      thread.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("task dropped, the loop is closed");
    }
  }

  /** As {@link #execute}; the future carries the result or what {@code task} threw. */
  public <T> CompletableFuture<T> call(Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              result.complete(task.get());
            } catch (RuntimeException | Error e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new IllegalStateException("the server is stopping", e));
    }
    return result;
  }

  /** Runs {@code task} once after {@code delay}; the returned action cancels it. */
  public Runnable after(Duration delay, Runnable task) {
    try {
      var pending = thread.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> pending.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  /** Runs {@code task} every {@code period} until {@link #close}. */
  public void every(Duration period, Runnable task) {
    var _ =
        thread.scheduleWithFixedDelay(
            guarded(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Tasks that wait, timers included. */
  public int queued() {
    return thread.getQueue().size();
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("task of the coordinator failed", e);
      }
    };
  }

  /** Finishes what was handed over, up to five seconds, then stops. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
