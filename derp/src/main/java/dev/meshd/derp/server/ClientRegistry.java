package dev.meshd.derp.server;

import dev.meshd.crypto.NodeKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Who is connected to this relay. Thread-safe. */
final class ClientRegistry {

  private final ConcurrentMap<NodeKey, ClientSet> clients = new ConcurrentHashMap<>();

  /** Adds a connection, which becomes the active one of its key. */
  ClientSet register(NodeKey key, ServerConnection connection) {
    return clients.compute(
        key,
        (k, present) -> {
          ClientSet set = present == null ? new ClientSet(k) : present;
          set.add(connection);
          return set;
        });
  }

  /** Removes a connection; if it was the last of its key, tells those who want to know. */
  void unregister(ClientSet set, ServerConnection connection) {
    ClientSet left =
        clients.computeIfPresent(
            set.key(), (k, present) -> present.remove(connection) ? null : present);
    if (left == null) {
      for (ServerConnection subscriber : set.subscribers()) {
        subscriber.onPeerLeft(set);
      }
    }
  }

  /** The connection that receives for {@code key}, if any. */
  @Nullable ServerConnection active(NodeKey key) {
    ClientSet set = clients.get(key);
    return set == null ? null : set.active();
  }

  boolean isConnected(NodeKey key) {
    return clients.containsKey(key);
  }
}
