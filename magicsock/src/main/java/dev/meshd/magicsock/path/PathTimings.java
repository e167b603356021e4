package dev.meshd.magicsock.path;

/**
 * The durations of path choice, in nanoseconds. They are shared with every other implementation in
 * the mesh: a peer that trusts longer or asks less often than its partner expects loses packets.
 * Source: tailscale: wgengine/magicsock/magicsock.go.
 */
public final class PathTimings {

  private static final long MILLISECOND = 1_000_000L;
  private static final long SECOND = 1_000 * MILLISECOND;

  /** How often the path in use is pinged while the session is active. */
  public static final long HEARTBEAT_NS = 3 * SECOND;

  /** Quiet time after the last packet sent to the peer, after which its session counts as idle. */
  public static final long SESSION_ACTIVE_NS = 45 * SECOND;

  /** How long after a pong its path carries traffic alone: two heartbeats and a little. */
  public static final long TRUST_NS = 6_500 * MILLISECOND;

  /** How long a pong may take. */
  public static final long PING_TIMEOUT_NS = 5 * SECOND;

  /** Spacing of probes to one candidate once its opening burst is over. */
  public static final long PROBE_INTERVAL_NS = 5 * SECOND;

  /** How often a working direct path that is not {@link #GOOD_ENOUGH_NS} looks for a better one. */
  public static final long UPGRADE_INTERVAL_NS = 60 * SECOND;

  /** A path at or below this latency is not worth improving. */
  public static final long GOOD_ENOUGH_NS = 5 * MILLISECOND;

  /** How long an address learned from an incoming ping stays a candidate without another one. */
  public static final long LEARNED_CANDIDATE_NS = SESSION_ACTIVE_NS;

  /** Own endpoints confirmed longer ago than this are refreshed when a peer is to be called. */
  public static final long ENDPOINT_FRESHNESS_NS = 27 * SECOND;

  private PathTimings() {}
}
