package dev.meshd.wireguard.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class Tai64nTest {
  @Test
  void isBigEndianSecondsAndRoundedNanoseconds() {
    Tai64n stamp = Tai64n.of(Instant.ofEpochSecond(1_700_000_000, 0x1d123456));
    assertThat(HexFormat.of().formatHex(stamp.encode())).isEqualTo("400000006553f10a1d000000");
    assertThat(Tai64n.decode(stamp.encode())).isEqualTo(stamp);
  }

  @Test
  void comparesUnsigned() {
    assertThat(new Tai64n(-1, 0).isAfter(new Tai64n(1, 0))).isTrue();
    assertThat(new Tai64n(1, -1).isAfter(new Tai64n(1, 1))).isTrue();
    assertThat(new Tai64n(1, 1).isAfter(new Tai64n(1, 1))).isFalse();
  }

  @Test
  void stepsOverTheSecond() {
    assertThat(new Tai64n(5, 59 << 24).next()).isEqualTo(new Tai64n(6, 0));
    assertThat(new Tai64n(5, 58 << 24).next()).isEqualTo(new Tai64n(5, 59 << 24));
  }

  @Property
  void clockOnlyGoesForwardWhateverTheWallClockDoes(
      @ForAll @LongRange(min = -40_000_000_000L, max = 40_000_000_000L) long[] stepsNs) {
    AtomicReference<Instant> wall = new AtomicReference<>(Instant.ofEpochSecond(1_700_000_000));
    Tai64nClock clock = new Tai64nClock(wall::get);
    Tai64n last = clock.next();
    for (long step : stepsNs) {
      wall.updateAndGet(now -> now.plusNanos(step));
      Tai64n next = clock.next();
      assertThat(next.isAfter(last)).isTrue();
      assertThat(next.nanos() % (1 << 24)).isZero();
      last = next;
    }
  }
}
