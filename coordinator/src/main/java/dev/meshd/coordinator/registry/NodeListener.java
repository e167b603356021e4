package dev.meshd.coordinator.registry;

import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.User;

/** Hears of committed changes, on the coordinator loop. */
public interface NodeListener {
  void nodeAdded(NodeRecord node);

  /** {@code before} and {@code after} have the same id. */
  void nodeChanged(NodeRecord before, NodeRecord after);

  void nodeRemoved(NodeRecord node);

  /** The node's expiry has come; its record is as before. */
  void nodeExpired(NodeRecord node);

  /** The node's expiry has been told, but the clock was set back before it. */
  default void nodeValidAgain(NodeRecord node) {}

  /** A user's name or display name changed. */
  void userChanged(User user);
}
