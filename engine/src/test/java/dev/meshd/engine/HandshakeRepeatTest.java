package dev.meshd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.magicsock.Deadline;
import org.junit.jupiter.api.Test;

class HandshakeRepeatTest {

  private static final long MS = 1_000_000L;

  private final HandshakeRepeat repeat = new HandshakeRepeat();

  @Test
  void repeatsWhatWasNotSentAsSoonAsThereIsAWay() {
    repeat.onWay(1);
    assertThat(repeat.dueNs()).isEqualTo(Deadline.NONE);
    repeat.onUnsent();
    repeat.onWay(2);
    assertThat(repeat.takeDue(2)).isTrue();
    assertThat(repeat.takeDue(2)).isFalse();
    repeat.onWay(3);
    assertThat(repeat.takeDue(3)).isFalse();
  }

  @Test
  void waitsTwiceAsLongForEachAbsenceAndThenGivesUp() {
    long now = 0;
    for (long waitMs : new long[] {200, 400, 800, 1_600}) {
      repeat.onAbsent(now);
      assertThat(repeat.dueNs() - now).isEqualTo(waitMs * MS);
      now = repeat.dueNs();
      assertThat(repeat.takeDue(now)).isTrue();
    }
    repeat.onAbsent(now);
    assertThat(repeat.dueNs()).isEqualTo(Deadline.NONE);
  }

  @Test
  void oneAbsenceIsOneRepeatHoweverOftenItIsReported() {
    repeat.onAbsent(0);
    repeat.onAbsent(1);
    assertThat(repeat.dueNs()).isEqualTo(200 * MS);
  }

  @Test
  void hopesAnewOnceThePeerWasHeard() {
    for (int i = 0; i < 4; i++) {
      repeat.onAbsent(0);
      repeat.takeDue(10_000 * MS);
    }
    repeat.onHeard();
    repeat.onAbsent(0);
    assertThat(repeat.dueNs()).isEqualTo(200 * MS);
  }
}
