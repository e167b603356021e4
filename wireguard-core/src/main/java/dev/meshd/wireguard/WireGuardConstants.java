package dev.meshd.wireguard;

import java.util.concurrent.TimeUnit;

/**
 * The protocol's numbers under the names of the paper. Times are in nanoseconds.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 6.1</a>
 */
public final class WireGuardConstants {
  /** An initiator renews a session that has lasted this long, at the next packet it sends. */
  public static final long REKEY_AFTER_TIME_NS = TimeUnit.SECONDS.toNanos(120);

  /** Nothing is sent or accepted under a session that has lasted this long. */
  public static final long REJECT_AFTER_TIME_NS = TimeUnit.SECONDS.toNanos(180);

  /**
   * How long an initiation waits for its response; also the least time between two initiations to
   * one peer.
   */
  public static final long REKEY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

  /** How long we go on trying to reach a peer that does not answer. */
  public static final long REKEY_ATTEMPT_TIME_NS = TimeUnit.SECONDS.toNanos(90);

  /** How long received data may go without anything sent back. */
  public static final long KEEPALIVE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

  /**
   * Upper bound (exclusive) of what is added to handshake timers, so that two ends do not retry in
   * step.
   */
  public static final long JITTER_BOUND_NS = TimeUnit.MILLISECONDS.toNanos(334);

  /** A session without successor is forgotten, keys and all, after this long. */
  public static final long ZERO_KEY_MATERIAL_NS = 3 * REJECT_AFTER_TIME_NS;

  /** At most one initiation is accepted from a peer in this time. */
  public static final long INITIATION_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1) / 50;

  /** Retransmissions before giving up. */
  public static final int MAX_TIMER_HANDSHAKES = (int) (REKEY_ATTEMPT_TIME_NS / REKEY_TIMEOUT_NS);

  /** A session that has sent this many packets is renewed. */
  public static final long REKEY_AFTER_MESSAGES = 1L << 60;

  /** Counters from here on are neither sent nor accepted; unsigned. */
  public static final long REJECT_AFTER_MESSAGES = -1L - (1L << 13);

  /** So many handshake messages waiting to be worked off put us under load. */
  public static final int UNDER_LOAD_WAITING = 128;

  /** How long we count as under load after the last time that so many were waiting. */
  public static final long UNDER_LOAD_HOLD_NS = TimeUnit.SECONDS.toNanos(1);

  private WireGuardConstants() {}
}
