package dev.meshd.coordinator.relay;

import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.gate.ConnectionGate;
import dev.meshd.coordinator.registry.NodeListener;

/**
 * Ends the relay connections of node keys that are no longer good: admission is asked once per
 * connection, and a connection may last for months. Stateless; called on the coordinator loop.
 */
public final class RelayExpulsion implements NodeListener {
  private final ConnectionGate gate;

  public RelayExpulsion(ConnectionGate gate) {
    this.gate = gate;
  }

  @Override
  public void nodeAdded(NodeRecord node) {}

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    if (!before.nodeKey().equals(after.nodeKey())) {
      gate.expel(before.nodeKey());
    }
  }

  @Override
  public void nodeRemoved(NodeRecord node) {
    gate.expel(node.nodeKey());
  }

  /** The key stays known to the relay: its node may still log in again with it. */
  @Override
  public void nodeExpired(NodeRecord node) {}

  @Override
  public void userChanged(User user) {}
}
