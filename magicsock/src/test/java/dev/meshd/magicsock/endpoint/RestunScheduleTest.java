package dev.meshd.magicsock.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.JitterSource;
import dev.meshd.magicsock.Deadline;
import org.junit.jupiter.api.Test;

class RestunScheduleTest {

  private static final long SECOND = 1_000_000_000L;

  private final RestunSchedule schedule = new RestunSchedule(JitterSource.seeded(1));

  @Test
  void doesNothingWithoutAReason() {
    assertThat(schedule.start(true, 0)).isEmpty();
    assertThat(schedule.nextDeadlineNs()).isEqualTo(Deadline.NONE);
  }

  @Test
  void runsOneMeasurementAndOneMoreForAllReasonsMeanwhile() {
    schedule.request(RestunReason.STARTED);
    assertThat(schedule.start(true, 0)).contains(RestunReason.STARTED);
    schedule.request(RestunReason.PEERING);
    schedule.request(RestunReason.RELAY_LOST);
    assertThat(schedule.start(true, 1)).isEmpty();
    schedule.onDone(true, 2);
    assertThat(schedule.start(true, 2)).contains(RestunReason.RELAY_LOST);
    schedule.onDone(true, 3);
    assertThat(schedule.start(true, 3)).isEmpty();
  }

  @Test
  void repeatsEveryTwentyToTwentySixSecondsWhileThereIsTraffic() {
    schedule.request(RestunReason.STARTED);
    schedule.start(true, 0);
    schedule.onDone(true, 0);
    long next = schedule.nextDeadlineNs();
    assertThat(next).isBetween(20 * SECOND, 26 * SECOND);
    assertThat(schedule.start(true, next - 1)).isEmpty();
    assertThat(schedule.start(true, next)).contains(RestunReason.PERIODIC);
  }

  @Test
  void stopsWhenIdleAndResumesWithTraffic() {
    schedule.request(RestunReason.STARTED);
    schedule.start(true, 0);
    schedule.onDone(true, 0);
    assertThat(schedule.start(false, 30 * SECOND)).isEmpty();
    assertThat(schedule.nextDeadlineNs()).isEqualTo(Deadline.NONE);
    schedule.onTraffic(100 * SECOND);
    assertThat(schedule.nextDeadlineNs()).isBetween(120 * SECOND, 126 * SECOND);
  }

  @Test
  void triesAgainSoonerWhenNobodyAnswers() {
    long now = 0;
    schedule.request(RestunReason.STARTED);
    for (long waitS : new long[] {4, 8, 16}) {
      schedule.start(true, now);
      schedule.onDone(false, now);
      assertThat(schedule.nextDeadlineNs() - now).isEqualTo(waitS * SECOND);
      now = schedule.nextDeadlineNs();
    }
    schedule.start(true, now);
    schedule.onDone(false, now);
    assertThat(schedule.nextDeadlineNs() - now).isBetween(20 * SECOND, 26 * SECOND);
  }
}
