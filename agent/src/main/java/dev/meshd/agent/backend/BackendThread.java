package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.PrefsException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend's thread: runs one task after the other and calls {@code afterEach} when one is done.
 * A task that fails is logged and does not end the thread. Its methods may be called from any
 * thread.
 */
final class BackendThread {
  private static final Logger log = LoggerFactory.getLogger(BackendThread.class);

  private final ScheduledThreadPoolExecutor executor;
  private final Runnable afterEach;
  private volatile boolean closed;

  /**
   * @param afterEach called on the thread after every task, also one that failed
   */
  BackendThread(Runnable afterEach) {
    this.afterEach = afterEach;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("backend").daemon().factory(), (task, shutDown) -> {});
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void post(Runnable task) {
    executor.execute(() -> run(task));
  }

  void later(Duration delay, Runnable task) {
    var _ = executor.schedule(() -> run(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  void every(Duration pause, Runnable task) {
    var _ =
        executor.scheduleWithFixedDelay(
            () -> run(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs the task and waits for its result. */
  <T> T call(Callable<T> task) throws PrefsException {
    try {
      return executor
          .submit(
              () -> {
                try {
                  return task.call();
                } finally {
                  afterEach.run();
                }
              })
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PrefsException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PrefsException("interrupted", e);
    } catch (RejectedExecutionException e) {
      throw new PrefsException("the daemon is shutting down", e);
    }
  }

  /** Whether the thread gets to a task within {@code patience}. */
  boolean answersWithin(Duration patience) throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    executor.execute(answered::countDown);
    return answered.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs one last task, waiting for it, and ends. Later calls have no effect. */
  void close(Runnable last, Duration patience) {
    try {
      var done =
          executor.submit(
              () -> {
                last.run();
                closed = true;
              });
      done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
      log.error("the backend did not shut down in order", e);
    }
    executor.shutdown();
  }

  private void run(Runnable task) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("the backend met a bug and goes on", e);
    } finally {
      afterEach.run();
    }
  }
}
