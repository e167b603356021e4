package dev.meshd.control.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The race on an event loop whose clock stands still until the test moves it. */
class StaggeredRaceTest {
  private final EmbeddedChannel clock = new EmbeddedChannel();
  private final List<CompletableFuture<String>> attempts = new ArrayList<>();
  private final List<String> discarded = new ArrayList<>();

  @BeforeEach
  void freeze() {
    clock.freezeTime();
  }

  @Test
  void startsTheNextAfterItsDelay() {
    var result = race(0, 500);
    assertThat(attempts).hasSize(1);
    pass(499);
    assertThat(attempts).hasSize(1);
    pass(1);
    assertThat(attempts).hasSize(2);
    attempts.get(1).complete("second");
    assertThat(result).isCompletedWithValue("second");
    assertThat(attempts.get(0)).isCancelled();
  }

  @Test
  void startsTheNextAtOnceWhenTheFirstFails() {
    var result = race(0, 500);
    attempts.get(0).completeExceptionally(new IllegalStateException("no"));
    assertThat(attempts).hasSize(2);
    pass(500);
    assertThat(attempts).hasSize(2);
    attempts.get(1).complete("second");
    assertThat(result).isCompletedWithValue("second");
  }

  @Test
  void failsWithTheFirstFailureWhenAllFail() {
    var result = race(0, 500, 1000);
    for (int i = 0; i < 3; i++) {
      attempts.get(i).completeExceptionally(new IllegalStateException("no " + i));
    }
    assertThatThrownBy(result::join)
        .cause()
        .hasMessage("no 0")
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(2));
  }

  @Test
  void discardsALoserThatSucceedsNevertheless() {
    // An attempt that ignores being cancelled, as one may that has just succeeded.
    CompletableFuture<String> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            return false;
          }
        };
    CompletableFuture<String> quick = new CompletableFuture<>();
    var result =
        StaggeredRace.run(
            List.of(
                new StaggeredRace.Entry<>(0, () -> stubborn),
                new StaggeredRace.Entry<>(0, () -> quick)),
            clock.eventLoop(),
            discarded::add);
    pass(0);
    quick.complete("winner");
    stubborn.complete("late");
    assertThat(result).isCompletedWithValue("winner");
    assertThat(discarded).containsExactly("late");
  }

  @Test
  void cancellingTheRaceCancelsWhatRuns() {
    var result = race(0, 500);
    result.cancel(false);
    assertThat(attempts.get(0)).isCancelled();
    pass(500);
    assertThat(attempts).hasSize(1);
  }

  private CompletableFuture<String> race(long... delaysMs) {
    List<StaggeredRace.Entry<String>> entries = new ArrayList<>();
    for (long delayMs : delaysMs) {
      entries.add(
          new StaggeredRace.Entry<>(
              delayMs,
              () -> {
                CompletableFuture<String> attempt = new CompletableFuture<>();
                attempts.add(attempt);
                return attempt;
              }));
    }
    return StaggeredRace.run(entries, clock.eventLoop(), discarded::add);
  }

  private void pass(long ms) {
    clock.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    clock.runPendingTasks();
  }
}
