package dev.meshd.wireguard.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
  private static final long LIMIT = -1L - (1L << 13);

  private final ReplayWindow window = new ReplayWindow();

  @Test
  void acceptsEachCounterOnce() {
    for (long counter : new long[] {0, 1, 9, 8, 7}) {
      assertThat(accept(counter)).as("counter %d", counter).isTrue();
      assertThat(accept(counter)).as("counter %d again", counter).isFalse();
    }
  }

  @Test
  void rejectsWhatIsBehindTheWindow() {
    assertThat(accept(ReplayWindow.SIZE + 1)).isTrue();
    assertThat(accept(0)).isFalse();
    assertThat(accept(1)).isTrue();
    assertThat(accept(1)).isFalse();
  }

  @Test
  void jumpOfMoreThanTheRingForgetsTheOldBits() {
    assertThat(accept(5)).isTrue();
    assertThat(accept(5 + 10L * ReplayWindow.BITS)).isTrue();
    assertThat(accept(6 + 10L * ReplayWindow.BITS - ReplayWindow.SIZE)).isTrue();
    assertThat(accept(5)).isFalse();
  }

  @Test
  void rejectsCountersFromTheLimitOn() {
    assertThat(accept(LIMIT - 1)).isTrue();
    assertThat(accept(LIMIT)).isFalse();
    assertThat(accept(-1)).isFalse();
    assertThat(window.highest()).isEqualTo(LIMIT - 1);
    assertThat(accept(LIMIT - 2)).isTrue();
  }

  /** The numbered steps that wireguard-go and the kernel test their windows with. */
  @Test
  void acceptsTheStepsOfOtherImplementations() {
    long w = ReplayWindow.SIZE + 1;
    long[] accepted = {0, 1, 9, 8, 7, w, w - 1, w - 2, 2, w + 16, w * 4, w * 4 - (w - 1)};
    long[][] refusedAfter = {
      {}, {1}, {}, {}, {7}, {}, {w - 1}, {}, {2}, {3, w + 16}, {}, {10, w * 4 - w, w * 4 - w - 1}
    };
    for (int step = 0; step < accepted.length; step++) {
      assertThat(accept(accepted[step])).as("step %d", step).isTrue();
      for (long counter : refusedAfter[step]) {
        assertThat(accept(counter)).as("%d after step %d", counter, step).isFalse();
      }
    }
    assertThat(accept(w * 4 - (w - 2))).isTrue();
    assertThat(accept(w * 4 + 1 - w)).as("seen, 18 steps ago").isFalse();
    assertThat(accept(0)).isFalse();
    assertThat(accept(LIMIT)).isFalse();
    assertThat(accept(LIMIT - 1)).isTrue();
    for (long counter : new long[] {LIMIT, LIMIT - 1}) {
      assertThat(accept(counter)).isFalse();
    }
    assertThat(accept(LIMIT - 2)).isTrue();
    for (long counter : new long[] {LIMIT + 1, LIMIT + 2, LIMIT - 2}) {
      assertThat(accept(counter)).isFalse();
    }
    assertThat(accept(LIMIT - 3)).isTrue();
    assertThat(accept(0)).isFalse();
  }

  /** Their bulk sweeps: up or down over the window, then its edges. */
  @Test
  void acceptsTheSweepsOfOtherImplementations() {
    int size = ReplayWindow.SIZE;
    sweep(1, size, new long[] {0}, new long[] {0});
    sweep(2, size + 1, new long[] {1}, new long[] {0});
    sweep(size + 1, 1, new long[] {}, new long[] {1});
    sweep(size + 2, 2, new long[] {}, new long[] {0});
    sweep(size, 1, new long[] {size + 1}, new long[] {0});
    sweep(size, 1, new long[] {0, size + 1}, new long[] {0});
  }

  private static void sweep(int from, int to, long[] thenAccepted, long[] thenRefused) {
    ReplayWindow fresh = new ReplayWindow();
    int step = from <= to ? 1 : -1;
    for (int counter = from; counter != to + step; counter += step) {
      assertThat(fresh.accept(counter, LIMIT)).as("%d of %d to %d", counter, from, to).isTrue();
    }
    for (long counter : thenAccepted) {
      assertThat(fresh.accept(counter, LIMIT)).as("%d after the sweep", counter).isTrue();
    }
    for (long counter : thenRefused) {
      assertThat(fresh.accept(counter, LIMIT)).as("%d at the end", counter).isFalse();
    }
  }

  @Test
  void sweepUpAndDownAcceptsEverythingOnce() {
    for (int i = 1; i <= ReplayWindow.SIZE; i++) {
      assertThat(accept(i)).isTrue();
    }
    assertThat(accept(0)).isTrue();
    for (int i = ReplayWindow.SIZE; i >= 0; i--) {
      assertThat(accept(i)).isFalse();
    }
  }

  @Test
  void sweepDownFromTheEdgeAcceptsTheWindowOnly() {
    for (int i = ReplayWindow.SIZE + 1; i >= 1; i--) {
      assertThat(accept(i)).as("counter %d", i).isTrue();
    }
    assertThat(accept(0)).isFalse();
  }

  @Property(tries = 500)
  void agreesWithANaiveSet(@ForAll("walks") List<Long> counters) {
    ReplayWindow fresh = new ReplayWindow();
    Set<Long> seen = new HashSet<>();
    long highest = 0;
    for (long counter : counters) {
      boolean expected =
          Long.compareUnsigned(counter, LIMIT) < 0
              && (Long.compareUnsigned(counter, highest) > 0
                  || Long.compareUnsigned(highest - counter, ReplayWindow.SIZE) <= 0)
              && seen.add(counter);
      if (expected && Long.compareUnsigned(counter, highest) > 0) {
        highest = counter;
      }
      assertThat(fresh.accept(counter, LIMIT))
          .as("counter %s", Long.toUnsignedString(counter))
          .isEqualTo(expected);
    }
  }

  /** Walks near a moving front, with jumps and the far end of the range. */
  @Provide
  Arbitrary<List<Long>> walks() {
    Arbitrary<Long> base = Arbitraries.of(0L, 8000L, 8192L, 100_000L, LIMIT - 9000, LIMIT - 3);
    Arbitrary<Long> near = Arbitraries.longs().between(0, 2L * ReplayWindow.BITS);
    Arbitrary<Long> close = Arbitraries.longs().between(0, 70);
    return base.flatMap(
        start ->
            Arbitraries.oneOf(near, close).map(offset -> start + offset).list().ofMaxSize(400));
  }

  private boolean accept(long counter) {
    return window.accept(counter, LIMIT);
  }
}
