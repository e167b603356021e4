package dev.meshd.coordinator.registry;

import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.User;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what an operator wants to find there: who joined, changed and left. */
public final class ActivityLog implements NodeListener {
  private static final Logger LOG = LoggerFactory.getLogger(ActivityLog.class);

  private final UserDirectory users;

  public ActivityLog(UserDirectory users) {
    this.users = users;
  }

  @Override
  public void nodeAdded(NodeRecord node) {
    LOG.info(
        "node {} joined: {}, owner {}, addresses {}",
        node.id(),
        name(node),
        owner(node),
        node.addresses().all());
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    if (!name(before).equals(name(after))) {
      LOG.info("node {} is now named {}, was {}", after.id(), name(after), name(before));
    }
    if (!before.owner().equals(after.owner())) {
      LOG.info("node {} ({}) now belongs to {}", after.id(), name(after), owner(after));
    }
    if (!before.nodeKey().equals(after.nodeKey())) {
      LOG.info("node {} ({}) logged in with a new key", after.id(), name(after));
    }
    if (!before.expiry().equals(after.expiry())) {
      LOG.info(
          "node {} ({}): key expires {}",
          after.id(),
          name(after),
          after.expiry().map(end -> "at " + end).orElse("never"));
    }
    if (before.presence().online() != after.presence().online()) {
      LOG.debug(
          "node {} ({}) is {}",
          after.id(),
          name(after),
          after.presence().online() ? "online" : "offline");
    }
  }

  @Override
  public void nodeRemoved(NodeRecord node) {
    LOG.info("node {} ({}) is deleted", node.id(), name(node));
  }

  @Override
  public void nodeExpired(NodeRecord node) {
    LOG.info("node {} ({}): key has expired", node.id(), name(node));
  }

  @Override
  public void nodeValidAgain(NodeRecord node) {
    LOG.info("node {} ({}): the clock was set back, its key is valid again", node.id(), name(node));
  }

  @Override
  public void userChanged(User user) {
    LOG.info("user {} is now named {}", user.id(), user.name());
  }

  private static String name(NodeRecord node) {
    return node.label().given();
  }

  private String owner(NodeRecord node) {
    return node.owner() instanceof Owner.Tagged tagged
        ? String.join(",", tagged.tags())
        : users.shownFor(node.owner()).name();
  }
}
