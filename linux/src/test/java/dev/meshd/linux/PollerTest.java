package dev.meshd.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PollerTest {
  @Test
  void wakeEndsTheWaitOnceUntilDrained() {
    try (WakeFd wake = WakeFd.open()) {
      Poller poller = new Poller(2);
      int index = poller.add(wake.fd());
      assertThat(poller.poll(0)).isZero();
      assertThat(poller.isReadable(index)).isFalse();
      wake.wake();
      wake.wake();
      assertThat(poller.poll(Poller.FOREVER)).isEqualTo(1);
      assertThat(poller.isReadable(index)).isTrue();
      wake.drain();
      assertThat(poller.poll(0)).isZero();
    }
  }

  @Test
  @Timeout(10)
  void wakeFromAnotherThreadEndsAnEndlessWait() throws InterruptedException {
    try (WakeFd wake = WakeFd.open()) {
      Poller poller = new Poller(1);
      poller.add(wake.fd());
      Thread waker = Thread.ofPlatform().start(wake::wake);
      assertThat(poller.poll(Poller.FOREVER)).isEqualTo(1);
      assertThat(waker.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void closedDescriptorIsReportedAndWakeAfterCloseIsHarmless() {
    WakeFd wake = WakeFd.open();
    Poller poller = new Poller(1);
    int index = poller.add(wake.fd());
    wake.close();
    wake.wake();
    assertThat(poller.poll(0)).isEqualTo(1);
    assertThat(poller.isBroken(index)).isTrue();
  }

  @Test
  void bootClockRunsAtLeastAsLongAsTheMonotonicClock() {
    long first = BootClock.nowNs();
    long second = BootClock.nowNs();
    assertThat(first).isPositive();
    assertThat(second).isGreaterThanOrEqualTo(first);
  }

  @Test
  void errorsNameTheCallAndTheReason() {
    assertThat(new LinuxException("open /dev/net/tun", Errno.ENOENT))
        .hasMessage("cannot open /dev/net/tun: no such file or object (ENOENT)");
    assertThat(Errno.describe(4711)).isEqualTo("error 4711");
  }
}
