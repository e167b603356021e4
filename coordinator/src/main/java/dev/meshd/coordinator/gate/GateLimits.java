package dev.meshd.coordinator.gate;

import java.time.Duration;

/**
 * How many connections one port keeps.
 *
 * @param strangers connections whose client has proved nothing yet
 * @param strangersPerSource the same from one {@link ConnectionSource}
 * @param strangerTime how long a stranger may stay without having been served
 * @param waiting connections whose client waits for a person to let it in
 * @param waitingPerSource the same from one source
 * @param waitingTime how long such a client may stay
 * @param members connections of known clients
 * @param perMember connections of one known client
 */
public record GateLimits(
    int strangers,
    int strangersPerSource,
    Duration strangerTime,
    int waiting,
    int waitingPerSource,
    Duration waitingTime,
    int members,
    int perMember) {
  private static final int MAX_STRANGERS = 4096;
  private static final int MIN_STRANGERS = 128;
  private static final int MAX_MEMBERS = 10_000;
  private static final int MAX_WAITING = 1024;
  private static final int WAITING_PER_SOURCE = 64;

  /** What a stranger can make the server hold: buffers of HTTP, TLS, HTTP/2 and small requests. */
  private static final int BYTES_PER_STRANGER = 64 * 1024;

  /** What part of the heap strangers of one port may have, as a divisor. */
  private static final int SHARE_OF_HEAP = 4;

  private static final Duration STRANGER_TIME = Duration.ofSeconds(30);
  private static final Duration WAITING_TIME = Duration.ofMinutes(16);
  private static final int PER_MEMBER = 8;

  /**
   * Limits for one of the server's two ports.
   *
   * @param maxHeapBytes what the process may use
   * @param connections how many files this port may have open
   */
  public static GateLimits standard(long maxHeapBytes, int connections) {
    int byMemory =
        Math.clamp(maxHeapBytes / SHARE_OF_HEAP / BYTES_PER_STRANGER, MIN_STRANGERS, MAX_STRANGERS);
    int strangers = Math.min(byMemory, Math.max(1, connections / 4));
    int waiting = Math.min(MAX_WAITING, Math.max(1, connections / 8));
    return new GateLimits(
        strangers,
        Math.max(1, strangers / 2),
        STRANGER_TIME,
        waiting,
        Math.min(WAITING_PER_SOURCE, waiting),
        WAITING_TIME,
        Math.clamp((long) connections - strangers - waiting, 1, MAX_MEMBERS),
        PER_MEMBER);
  }
}
