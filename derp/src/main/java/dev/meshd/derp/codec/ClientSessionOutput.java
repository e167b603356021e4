package dev.meshd.derp.codec;

import dev.meshd.crypto.NodeKey;

/**
 * What a {@link ClientSession} wants done. Called from within its inputs; must not call back into
 * them.
 */
public interface ClientSessionOutput {

  /** Writes a whole frame; the array is handed over. */
  void write(byte[] frame);

  /** The client info is on its way, so packets may follow it. */
  void onLoginSent();

  /** The server admitted us. */
  void onAdmitted(ServerInfo info);

  /** A packet arrived; the array is handed over. */
  void onPacket(NodeKey source, byte[] packet);

  void onPeerGone(NodeKey peer, PeerGoneReason reason);

  /** The answer to a ping with these eight bytes. */
  void onPong(long opaque);

  /** The server reports a problem, or with an empty text that it is over. */
  void onHealth(String problem);

  /** The session is over and takes no more input; the connection is to be closed. */
  void onFailed(SessionFailure failure);
}
