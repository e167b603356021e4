package dev.meshd.derp.server;

import dev.meshd.crypto.NodeKey;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Who may use a relay. Asked once per connection, after the client has proven its key; a later
 * change of mind does not end connections. Called on network threads, so it must answer from memory
 * and be thread-safe.
 */
@FunctionalInterface
public interface Admission {

  /**
   * @param source where the connection comes from, if known
   */
  boolean admits(NodeKey client, Optional<InetAddress> source);

  /** Everybody. */
  static Admission open() {
    return (client, source) -> true;
  }
}
