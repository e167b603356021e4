package dev.meshd.wireguard;

/** What the data path tells the engine loop about a peer; a set of these is a bit mask. */
public enum PeerSignal {
  /**
   * There is something to send and no session to send it under, or the session is due for renewal.
   */
  NEED_HANDSHAKE(1),
  /** Data has gone out and the engine was not watching for an answer. */
  DATA_UNANSWERED(2),
  /** Data has come in and the engine was not watching for something to go back. */
  DATA_UNACKNOWLEDGED(4),
  /** The peer has used the session it began. */
  SESSION_CONFIRMED(8);

  private final int bit;

  PeerSignal(int bit) {
    this.bit = bit;
  }

  int bit() {
    return bit;
  }

  boolean isIn(int mask) {
    return (mask & bit) != 0;
  }
}
