package dev.meshd.agent.localapi;

/**
 * Bits of {@code watch-ipn-bus?mask=}: what a watcher wants in its first message and afterwards.
 */
public final class NotifyMask {
  public static final long ENGINE_UPDATES = 1;
  public static final long INITIAL_STATE = 2;
  public static final long INITIAL_PREFS = 4;
  public static final long INITIAL_NETMAP = 8;
  public static final long NO_PRIVATE_KEYS = 16;
  public static final long INITIAL_DRIVE_SHARES = 32;
  public static final long INITIAL_OUTGOING_FILES = 64;
  public static final long INITIAL_HEALTH = 128;
  public static final long RATE_LIMIT = 256;
  public static final long HEALTH_ACTIONS = 512;
  public static final long INITIAL_SUGGESTED_EXIT_NODE = 1024;
  public static final long INITIAL_CLIENT_VERSION = 2048;
  public static final long PEER_CHANGES = 4096;
  public static final long NO_NETMAP = 8192;
  public static final long INITIAL_STATUS = 16384;
  public static final long PEER_PATCHES = 32768;
  public static final long IN_PROCESS_NO_DISCONNECT = 65536;
  public static final long SYS_POLICY_CHANGES = 131072;
  public static final long PEER_WIREGUARD_STATE = 262144;

  /** A first message is sent at once only when the mask has one of these. */
  public static final long CAUSES_FIRST_MESSAGE =
      INITIAL_STATE
          | INITIAL_PREFS
          | INITIAL_NETMAP
          | INITIAL_DRIVE_SHARES
          | INITIAL_SUGGESTED_EXIT_NODE
          | INITIAL_CLIENT_VERSION
          | INITIAL_STATUS
          | SYS_POLICY_CHANGES
          | PEER_WIREGUARD_STATE;

  private static final long NOT_WITH_RATE_LIMIT =
      PEER_CHANGES | NO_NETMAP | INITIAL_STATUS | PEER_PATCHES;

  private NotifyMask() {}

  /** Whether a watch over HTTP may ask for these bits together. */
  public static boolean isValid(long mask) {
    boolean rateLimited = (mask & RATE_LIMIT) != 0;
    return (mask & IN_PROCESS_NO_DISCONNECT) == 0
        && !(rateLimited && (mask & NOT_WITH_RATE_LIMIT) != 0);
  }

  /** Whether the watcher is told of peers that come, change or go. */
  public static boolean wantsPeers(long mask) {
    return (mask & (PEER_CHANGES | PEER_PATCHES)) != 0;
  }
}
