package dev.meshd.wireguard;

/** What the data path tells the engine loop about a peer; a set of these is a bit mask. */
public enum PeerSignal {
  /**
   * There is something to send and no session to send it under, or the session is due for renewal.
   */
  NEED_HANDSHAKE,
  /** Data has gone out and the engine was not watching for an answer. */
  DATA_UNANSWERED,
  /** Data has come in and the engine was not watching for something to go back. */
  DATA_UNACKNOWLEDGED,
  /** The peer has used the session it began. */
  SESSION_CONFIRMED;

  int bit() {
    return 1 << ordinal();
  }

  boolean isIn(int mask) {
    return (mask & bit()) != 0;
  }
}
