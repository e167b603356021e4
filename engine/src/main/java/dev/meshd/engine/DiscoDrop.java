package dev.meshd.engine;

import java.util.Locale;

/** Why a disco or STUN datagram was ignored. */
public enum DiscoDrop {
  /** No peer has the sender's key. Costs no cryptography. */
  UNKNOWN_SENDER,
  /** Does not open or cannot be read: an old key, damage, forgery. */
  UNREADABLE,
  /** A kind this node does not act on, such as UDP relay messages. */
  UNSUPPORTED,
  /** A call-me-maybe over UDP, where anyone could replay it. */
  WRONG_TRANSPORT,
  /** The relay's word on who sent it does not match the disco key. */
  KEY_MISMATCH,
  /** More from one source than {@link DiscoGate} lets in. Costs no cryptography. */
  TOO_OFTEN,
  /** A peer asks more often to be called than it can mean it. */
  CALLED_TOO_OFTEN,
  /** A pong to no ping of ours: late, repeated or made up. */
  PONG_UNEXPECTED,
  /** A STUN message that answers no request of ours. */
  STUN_UNEXPECTED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name in metrics. */
  public String label() {
    return label;
  }
}
