package dev.meshd.derp.server;

import dev.meshd.crypto.NodeKey;
import io.netty.channel.Channel;

/**
 * Decides which connections a relay keeps, from the moment they are accepted. A gate closes by
 * itself what it no longer wants. Called on event loops; must not block.
 */
public interface RelayGate {

  /**
   * A connection was accepted; nothing has been read from it. Returns whether it may stay; one that
   * may not is closed by the caller.
   */
  boolean enter(Channel connection);

  /** The client proved {@code client} and was admitted. */
  void admitted(Channel connection, NodeKey client);

  /** A gate that lets everything in and never closes anything. */
  static RelayGate open() {
    return new RelayGate() {
      @Override
      public boolean enter(Channel connection) {
        return true;
      }

      @Override
      public void admitted(Channel connection, NodeKey client) {}
    };
  }
}
