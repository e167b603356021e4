package dev.meshd.wireguard;

import java.util.Locale;

/**
 * Why a packet went no further. Each reason is a counter; {@link #label()} is its name in metrics.
 */
public enum DropReason {
  // Datagrams from the network, before anything is known about the sender.
  /** Shorter than any message. */
  TOO_SHORT,
  /** Longer than the receive buffer. */
  TRUNCATED,
  /** The first word is no message type. */
  UNKNOWN_TYPE,
  /** A handshake message or cookie reply of another length than its type has, or endless disco. */
  WRONG_LENGTH,
  /** The engine has not kept up with handshake messages. */
  HANDSHAKE_QUEUE_FULL,
  /** The engine has not kept up with disco and STUN. */
  DISCO_QUEUE_FULL,
  /** More packets came by relay than the data path or the engine has kept up with. */
  RELAY_QUEUE_FULL,

  // Handshake messages.
  /** {@code mac1} does not verify: the sender does not know our public key. */
  MAC1_INVALID,
  /** Under load, and {@code mac2} does not verify: answered with a cookie reply. */
  COOKIE_DEMANDED,
  /** More handshake messages from one address, or one key behind a relay, than it may send. */
  HANDSHAKE_RATE_LIMITED,
  /** The static key in an initiation does not open. */
  INITIATION_FORGED,
  /** An initiation from a key that is no peer of ours. */
  UNKNOWN_PEER,
  /** The timestamp in an initiation does not open. */
  TIMESTAMP_FORGED,
  /** The timestamp is not after the last one accepted from the peer. */
  INITIATION_REPLAYED,
  /** Less than 20 ms after the last initiation accepted from the peer. */
  INITIATION_FLOOD,
  /** A response to no handshake we have outstanding. */
  RESPONSE_UNEXPECTED,
  /** A response that does not open; the handshake goes on waiting. */
  RESPONSE_FORGED,
  /** A cookie reply to nothing we sent, or one that does not open. */
  COOKIE_REPLY_INVALID,

  // Transport data.
  /** The receiver index names no session. */
  UNKNOWN_INDEX,
  /** The session is older than REJECT_AFTER_TIME. */
  KEYPAIR_EXPIRED,
  /** The packet does not open. */
  DATA_FORGED,
  /** The counter has been seen, is too old, or is not below REJECT_AFTER_MESSAGES. */
  REPLAYED,

  // Packets inside the tunnel, inbound.
  /** No IPv4 or IPv6 packet, or one that claims to be longer than it is. */
  INNER_MALFORMED,
  /** The source address is not allowed for the peer that sent it. */
  SOURCE_NOT_ALLOWED,
  /** The packet filter does not let it in. */
  FILTERED_INBOUND,
  /** The TUN device did not take it. */
  OVERLAY_WRITE_FAILED,

  // Packets from this host, outbound.
  /** No IPv4 or IPv6 packet, or shorter than its header. */
  OUTBOUND_MALFORMED,
  /** No peer is allowed the destination address. */
  NO_PEER_FOR_DESTINATION,
  /** The packet filter does not let it out. */
  FILTERED_OUTBOUND,
  /** Pushed out by a newer packet while waiting for a session. */
  STAGED_OVERFLOW,
  /** Waited for a session that did not come about. */
  STAGED_GIVEN_UP,
  /** The peer has no path: neither an endpoint nor a relay. */
  NO_PATH,
  /** The key was wiped between look-up and sealing. */
  KEY_WIPED,
  /** The network did not take the datagram. */
  UNDERLAY_SEND_FAILED;

  /** The metric label: lower case, words joined by underscores. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
