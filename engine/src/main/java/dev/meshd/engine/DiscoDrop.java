package dev.meshd.engine;

/** Why a disco datagram was ignored; the names are metric labels. */
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
  KEY_MISMATCH
}
