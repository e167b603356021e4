package dev.meshd.wireguard.timer;

/**
 * Every timer a peer can have. When it is armed and what its expiry does is in the rules of {@code
 * PeerTimers}.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 6</a>
 */
public enum PeerTimer {
  /**
   * An initiation has had no answer for REKEY_TIMEOUT: send another, or give up after
   * REKEY_ATTEMPT_TIME.
   */
  RETRANSMIT_HANDSHAKE,
  /**
   * Data came in and nothing has gone out for KEEPALIVE_TIMEOUT: tell the peer that we are alive.
   */
  SEND_KEEPALIVE,
  /**
   * Data went out and nothing has come in for KEEPALIVE_TIMEOUT + REKEY_TIMEOUT: the session may be
   * dead.
   */
  NEW_HANDSHAKE,
  /** No new session for three times REJECT_AFTER_TIME: forget every key. */
  ZERO_KEY_MATERIAL,
  /**
   * Nothing authenticated has passed either way for the configured interval: keep the NAT mapping
   * open.
   */
  PERSISTENT_KEEPALIVE
}
