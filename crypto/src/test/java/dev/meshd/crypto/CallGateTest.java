package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallGateTest {
  private final CallGate gate = new CallGate();

  @Test
  void closerReleasesWhenNobodyIsInside() {
    assertThat(gate.enter()).isTrue();
    assertThat(gate.exit()).isFalse();
    assertThat(gate.close()).isTrue();
    assertThat(gate.close()).isFalse();
    assertThat(gate.enter()).isFalse();
  }

  @Test
  void callerReleasesWhenClosedMeanwhile() {
    assertThat(gate.enter()).isTrue();
    assertThat(gate.close()).isFalse();
    assertThat(gate.close()).isFalse();
    assertThat(gate.exit()).isTrue();
    assertThat(gate.enter()).isFalse();
  }

  @Test
  void refusesASecondCallInside() {
    assertThat(gate.enter()).isTrue();
    assertThatThrownBy(gate::enter).isInstanceOf(IllegalStateException.class);
    assertThat(gate.exit()).isFalse();
  }

  /** The sealing thread meets the exception and nothing worse, wherever the close falls. */
  @ParameterizedTest
  @EnumSource
  void closingDuringUseIsSafe(AeadEngine engine) throws InterruptedException {
    AeadEngineTest.assumePresent(engine);
    for (int round = 0; round < 100; round++) {
      Aead aead = engine.create(new byte[32]);
      var started = new CountDownLatch(1);
      Thread sealer = Thread.ofPlatform().start(() -> sealUntilClosed(aead, started));
      started.await();
      aead.close();
      sealer.join();
      assertThat(sealer.isAlive()).isFalse();
    }
  }

  private static void sealUntilClosed(Aead aead, CountDownLatch started) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256);
      for (long counter = 0; ; counter++) {
        aead.seal(counter, buffer, 0, 200);
        started.countDown();
      }
    } catch (AeadClosedException e) {
      // the end that was asked for
    }
  }
}
