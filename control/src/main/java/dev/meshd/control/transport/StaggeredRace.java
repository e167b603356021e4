package dev.meshd.control.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts entries one after the other until one succeeds: each at its delay, or at once when
 * everything started before it has failed (RFC 8305 in small). The first success wins; losers are
 * cancelled, and a loser that succeeds nevertheless is handed to {@code discard}. When all fail,
 * the result fails with the first failure, the others suppressed in it.
 *
 * <p>Thread-safe: its state is guarded by its monitor, which is never held while foreign code runs.
 */
final class StaggeredRace<T> {
  /** What to start, and when at the latest. */
  record Entry<T>(long delayMs, Supplier<CompletableFuture<T>> start) {}

  private final List<Entry<T>> entries;
  private final Consumer<T> discard;
  private final CompletableFuture<T> result = new CompletableFuture<>();

  // Guarded by this.
  private final List<CompletableFuture<T>> running = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private int started;

  private StaggeredRace(List<Entry<T>> entries, Consumer<T> discard) {
    this.entries = entries;
    this.discard = discard;
  }

  /**
   * Runs the race; cancelling the result cancels what is running. {@code entries} must not be
   * empty.
   */
  static <T> CompletableFuture<T> run(
      List<Entry<T>> entries, ScheduledExecutorService timer, Consumer<T> discard) {
    StaggeredRace<T> race = new StaggeredRace<>(entries, discard);
    for (int i = 1; i < entries.size(); i++) {
      int index = i;
      var scheduled =
          timer.schedule(
              () -> race.startUpTo(index), entries.get(i).delayMs(), TimeUnit.MILLISECONDS);
      var _ = race.result.whenComplete((value, failure) -> scheduled.cancel(false));
    }
    var _ = race.result.whenComplete((value, failure) -> race.cancelRunning());
    race.startUpTo(0);
    return race.result;
  }

  private void startUpTo(int index) {
    while (true) {
      Entry<T> next;
      synchronized (this) {
        if (started > index || result.isDone()) {
          return;
        }
        next = entries.get(started++);
      }
      CompletableFuture<T> attempt = next.start().get();
      synchronized (this) {
        running.add(attempt);
      }
      var _ = attempt.whenComplete(this::onEnd);
    }
  }

  private void onEnd(@Nullable T value, @Nullable Throwable failure) {
    if (failure == null && value != null) {
      if (!result.complete(value)) {
        discard.accept(value);
      }
      return;
    }
    int startNext = -1;
    Throwable all = null;
    synchronized (this) {
      failures.add(unwrapped(failure));
      if (failures.size() == entries.size()) {
        all = failures.get(0);
        failures.subList(1, failures.size()).forEach(all::addSuppressed);
      } else if (failures.size() == started) {
        startNext = started;
      }
    }
    if (all != null) {
      result.completeExceptionally(all);
    } else if (startNext >= 0) {
      startUpTo(startNext);
    }
  }

  private void cancelRunning() {
    List<CompletableFuture<T>> losers;
    synchronized (this) {
      losers = List.copyOf(running);
    }
    losers.forEach(loser -> loser.cancel(false));
  }

  private static Throwable unwrapped(@Nullable Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return failure.getCause();
    }
    return failure == null
        ? new IllegalStateException("an attempt ended without a value")
        : failure;
  }
}
