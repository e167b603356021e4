package dev.meshd.agent.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.meshd.disk.DiskFault;
import dev.meshd.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time for the timestamps of WireGuard handshakes, never earlier than one used before.
 *
 * <p>Peers remember the latest timestamp of a key and drop handshakes with an earlier one, for as
 * long as they run. A machine that restarts with a clock set back would be unreachable until its
 * clock has caught up. So a file holds a time that no timestamp has reached yet ({@code
 * 2026-01-31T12:00:00Z}); a process that finds it ahead of the clock goes on from there. The file
 * is moved ahead well before it is reached, and set back to what was really reached when the daemon
 * stops in order: only a killed one leaves a part of {@link #AHEAD} unused.
 *
 * <p>{@link #instant} is thread-safe and touches no disk; {@link #extend} and {@link #release}
 * belong to the backend's thread.
 */
public final class TimestampReserve implements InstantSource {
  static final Duration AHEAD = Duration.ofMinutes(10);

  /** Handshakes that begin at the same moment get timestamps one step after the other. */
  private static final Duration BURST = Duration.ofSeconds(10);

  private static final Duration RENEW_BELOW = AHEAD.dividedBy(2);

  private final PrivateFile file;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /** What an earlier process may have used. */
  private final Instant floor;

  private final long startNs;
  private Instant reserved;

  private TimestampReserve(
      PrivateFile file, InstantSource clock, LongSupplier nanoTime, Instant floor) {
    this.file = file;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.floor = floor;
    this.startNs = nanoTime.getAsLong();
    this.reserved = floor;
  }

  /** Reads the file; one that is missing or damaged reserves nothing. */
  public static TimestampReserve open(StateDirectory directory) {
    return open(
        PrivateFile.at(directory.file("handshake.clock")),
        InstantSource.system(),
        System::nanoTime);
  }

  static TimestampReserve open(PrivateFile file, InstantSource clock, LongSupplier nanoTime) {
    return new TimestampReserve(file, clock, nanoTime, read(file));
  }

  private static Instant read(PrivateFile file) {
    try {
      return Instant.parse(Files.readString(file.path(), US_ASCII).strip());
    } catch (IOException | DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  /**
   * The clock's time, or, when that is behind the floor, the floor and the time since the start.
   */
  @Override
  public Instant instant() {
    Instant now = clock.instant();
    Instant sinceFloor = floor.plusNanos(nanoTime.getAsLong() - startNs);
    return now.isAfter(sinceFloor) ? now : sinceFloor;
  }

  /**
   * Moves the reserve ahead when it is half used; called every few seconds.
   *
   * @throws StateException if it cannot be written; to be tried again
   */
  public void extend() throws StateException {
    Instant now = instant();
    if (now.isAfter(reserved.minus(RENEW_BELOW))) {
      write(now.plus(AHEAD));
    }
  }

  /** Gives back what was not used; called when no more handshakes are begun. */
  public void release() throws StateException {
    write(instant().plus(BURST));
  }

  private void write(Instant until) throws StateException {
    try {
      file.replace((until + "\n").getBytes(US_ASCII));
      reserved = until;
    } catch (IOException e) {
      throw new StateException("cannot write " + file.path() + ": " + DiskFault.reason(e), e);
    }
  }
}
