package dev.meshd.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.disk.PrivateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TimestampReserveTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir Path temp;
  private final AtomicReference<Instant> clock = new AtomicReference<>(NOON);
  private final AtomicLong nanos = new AtomicLong();

  private TimestampReserve start() {
    return TimestampReserve.open(
        PrivateFile.at(temp.resolve("handshake.clock")), clock::get, nanos::get);
  }

  @Test
  void isTheClockOnANewMachine() throws Exception {
    TimestampReserve reserve = start();
    assertThat(reserve.instant()).isEqualTo(NOON);
    reserve.extend();
    assertThat(Files.readString(temp.resolve("handshake.clock")))
        .isEqualTo("2026-06-01T12:10:00Z\n");
  }

  @Test
  void aKilledProcessWithAClockSetBackGoesOnBehindTheReserve() throws Exception {
    TimestampReserve killed = start();
    killed.extend();
    clock.set(NOON.plus(Duration.ofMinutes(4)));
    Instant used = killed.instant();
    clock.set(NOON.minus(Duration.ofHours(1)));
    TimestampReserve next = start();
    assertThat(next.instant()).isAfter(used);
    nanos.addAndGet(Duration.ofMinutes(3).toNanos());
    assertThat(next.instant()).isEqualTo(NOON.plus(Duration.ofMinutes(13)));
    System.out.println(
        "handshake clock: set back an hour; timestamps went on from " + next.instant());
  }

  @Test
  void aYearAheadAndBackAgainStillGoesOn() throws Exception {
    TimestampReserve killed = start();
    killed.extend();
    clock.set(NOON.plus(Duration.ofDays(365)));
    killed.extend();
    Instant used = killed.instant();
    clock.set(NOON);
    assertThat(start().instant()).isAfter(used);
  }

  @Test
  void anOrderlyStopGivesTheReserveBack() throws Exception {
    TimestampReserve reserve = start();
    reserve.extend();
    reserve.release();
    clock.set(NOON.plus(Duration.ofMinutes(1)));
    assertThat(start().instant()).isEqualTo(clock.get());
  }

  @Test
  void isWrittenOnlyWhenHalfIsUsed() throws Exception {
    TimestampReserve reserve = start();
    reserve.extend();
    Files.delete(temp.resolve("handshake.clock"));
    clock.set(NOON.plus(Duration.ofMinutes(4)));
    reserve.extend();
    assertThat(temp.resolve("handshake.clock")).doesNotExist();
    clock.set(NOON.plus(Duration.ofMinutes(6)));
    reserve.extend();
    assertThat(temp.resolve("handshake.clock")).exists();
  }

  @Test
  void aDamagedFileReservesNothing() throws Exception {
    Files.writeString(temp.resolve("handshake.clock"), "2026-13");
    assertThat(start().instant()).isEqualTo(NOON);
  }
}
