package dev.meshd.wireguard;

import dev.meshd.packet.Endpoint;

/**
 * What a {@link WireGuardDevice} asks of its surroundings. Called on the engine loop, from within a
 * call to the device; an implementation acts or enqueues, and does not call the device back.
 *
 * <p>The first two are datagrams to send. The others are requests to the thread that seals; in a
 * process with threads they are queued to it, in a simulation they are carried out on the spot.
 */
public interface WireGuardOutput {
  /**
   * Sends a handshake message by whatever path the peer has. The array is the receiver's from here
   * on.
   */
  void sendToPeer(WireGuardPeer peer, byte[] handshakeMessage);

  /**
   * Sends a cookie reply to where a message came from, which need not be a peer. The array is the
   * receiver's from here on.
   */
  void sendCookieReply(Endpoint to, byte[] reply);

  /**
   * Seals and sends the packets waiting for the peer, or, when there are none, an empty one.
   *
   * @param oweAnother to call {@link PeerActivity#oweAcknowledgement} once it has been sent
   */
  void sendKeepalive(WireGuardPeer peer, boolean oweAnother);

  /** Seals and sends the packets waiting for the peer: there is a session to send under. */
  void flushStaged(WireGuardPeer peer);

  /** Drops the packets waiting for the peer: no session will come about. */
  void dropStaged(WireGuardPeer peer);

  /**
   * The data path had something to tell about the peer, and it has been dealt with: for whoever
   * also wants to know that the peer is being talked to.
   */
  default void noticed(WireGuardPeer peer) {}

  /** A handshake with the peer is complete, for whoever shows or logs it. */
  default void handshakeCompleted(WireGuardPeer peer) {}
}
