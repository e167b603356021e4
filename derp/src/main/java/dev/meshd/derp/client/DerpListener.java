package dev.meshd.derp.client;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;

/**
 * What a {@link DerpClient} reports. All calls for one client come from one network thread, in
 * order; they must not block, and hand their work on.
 */
public interface DerpListener {

  /** The relay admitted us. Called again after every reconnect. */
  void onConnected(ServerInfo info);

  /** A packet arrived; the array is the listener's own. */
  void onPacket(NodeKey source, byte[] packet);

  /** The relay cannot reach {@code peer}, so a route learnt through it is void. */
  void onPeerGone(NodeKey peer, PeerGoneReason reason);

  /** The relay reports a problem of its own, or with an empty text that it is over. */
  default void onHealth(String problem) {}

  /**
   * A connection ended, or an attempt failed; {@code cause} is for people. Routes learnt over the
   * connection are void. The client goes on trying by itself until it is closed, after which
   * nothing more is reported.
   */
  void onDisconnected(String cause);
}
