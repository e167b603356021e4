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
