package dev.meshd.derp.server;

import dev.meshd.crypto.NodeKey;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one key. The one that spoke last is active and receives; the others stay open
 * and are read. When the active one leaves, the one that spoke last before it takes over.
 *
 * <p>Thread-safe: membership is guarded by this object, the active connection is published by a
 * volatile field, and subscribers are a concurrent set.
 */
final class ClientSet {

  private final NodeKey key;

  /** Oldest speaker first; a new connection counts as having just spoken. */
  private final LinkedHashSet<ServerConnection> bySpeech = new LinkedHashSet<>();

  private volatile @Nullable ServerConnection active;

  /** Connections that were sent packets from this key and want to hear when it leaves. */
  private final Set<ServerConnection> subscribers = ConcurrentHashMap.newKeySet();

  ClientSet(NodeKey key) {
    this.key = key;
  }

  NodeKey key() {
    return key;
  }

  @Nullable ServerConnection active() {
    return active;
  }

  synchronized void add(ServerConnection connection) {
    bySpeech.add(connection);
    active = connection;
  }

  /** Returns whether the set is empty afterwards. */
  synchronized boolean remove(ServerConnection connection) {
    bySpeech.remove(connection);
    if (connection.equals(active)) {
      active = bySpeech.isEmpty() ? null : bySpeech.getLast();
    }
    return bySpeech.isEmpty();
  }

  /** {@code connection} sent a frame. Cheap when it is the active one already. */
  void noteSpoke(ServerConnection connection) {
    if (!connection.equals(active)) {
      synchronized (this) {
        if (bySpeech.remove(connection)) {
          bySpeech.add(connection);
          active = connection;
        }
      }
    }
  }

  /** Returns whether the connection was not subscribed before. */
  boolean subscribe(ServerConnection connection) {
    return subscribers.add(connection);
  }

  void unsubscribe(ServerConnection connection) {
    subscribers.remove(connection);
  }

  Set<ServerConnection> subscribers() {
    return subscribers;
  }
}
