package dev.meshd.control.session;

import dev.meshd.control.model.Node;

/** How one message changed one peer. */
public sealed interface PeerDelta {
  /** The peer's id. */
  long id();

  /** A peer that was not there. */
  record Added(Node node) implements PeerDelta {
    @Override
    public long id() {
      return node.id();
    }
  }

  /** A peer of which a few members were patched; name, addresses and routes are as before. */
  record Patched(Node before, Node node) implements PeerDelta {
    @Override
    public long id() {
      return node.id();
    }
  }

  /** A peer of which anything may be different. */
  record Replaced(Node before, Node node) implements PeerDelta {
    @Override
    public long id() {
      return node.id();
    }
  }

  /** A peer that is gone. */
  record Removed(Node before) implements PeerDelta {
    @Override
    public long id() {
      return before.id();
    }
  }
}
