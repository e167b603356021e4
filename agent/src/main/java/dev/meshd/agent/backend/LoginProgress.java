package dev.meshd.agent.backend;

/**
 * How far a login has come: whether a human has to act, where, and whether a key is being tried.
 * Owned by the backend's thread.
 */
final class LoginProgress {
  private String url = "";
  private boolean blocked;
  private boolean withKey;

  /** Where a human logs in; empty when nobody has to. */
  String url() {
    return url;
  }

  /** Whether the node cannot go on without a human. */
  boolean isBlocked() {
    return blocked;
  }

  boolean isTryingKey() {
    return withKey;
  }

  /** A login was asked for: by a pre-authentication key or by a human. */
  void begin(boolean byKey) {
    blocked = false;
    withKey = byKey;
  }

  /** The server wants a human to visit {@code where}. */
  void needed(String where) {
    url = where;
    blocked = true;
  }

  /**
   * The server said no.
   *
   * @param terminal nothing is tried again
   * @param isKnown whether the node has an earlier login to go on with
   */
  void refused(boolean terminal, boolean isKnown) {
    withKey = false;
    if (terminal) {
      blocked = !isKnown;
    }
  }

  /** The login succeeded, or nobody waits for it any more. */
  void reset() {
    url = "";
    blocked = false;
    withKey = false;
  }
}
