package dev.meshd.coordinator.registry;

import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.User;
import dev.meshd.packet.IpAddress;
import java.time.Instant;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes to the log what an operator wants to find there: who joined, changed and left. One event a
 * line; what varies is in key-value pairs. Never a key's secret, never a whole key.
 */
public final class ActivityLog implements NodeListener {
  private static final Logger LOG = LoggerFactory.getLogger(ActivityLog.class);

  private final UserDirectory users;

  public ActivityLog(UserDirectory users) {
    this.users = users;
  }

  @Override
  public void nodeAdded(NodeRecord node) {
    about(Level.INFO, node)
        .addKeyValue("owner", owner(node))
        .addKeyValue("addresses", addresses(node))
        .addKeyValue("method", node.origin().method())
        .addKeyValue("ephemeral", node.origin().ephemeral())
        .log("node joined");
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    if (!name(before).equals(name(after))) {
      about(Level.INFO, after).addKeyValue("was", name(before)).log("node renamed");
    }
    if (!before.owner().equals(after.owner())) {
      about(Level.INFO, after).addKeyValue("owner", owner(after)).log("node has another owner");
    }
    if (!before.nodeKey().equals(after.nodeKey())) {
      about(Level.INFO, after)
          .addKeyValue("key", after.nodeKey().shortText())
          .log("node logged in with a new key");
    }
    if (!before.expiry().equals(after.expiry())) {
      about(Level.INFO, after)
          .addKeyValue("expires", after.expiry().map(Instant::toString).orElse("never"))
          .log("node key expiry set");
    }
    if (before.presence().online() != after.presence().online()) {
      about(Level.DEBUG, after)
          .log(after.presence().online() ? "node is online" : "node is offline");
    }
  }

  @Override
  public void nodeRemoved(NodeRecord node) {
    about(Level.INFO, node).log("node deleted");
  }

  @Override
  public void nodeExpired(NodeRecord node) {
    about(Level.INFO, node).log("node key expired");
  }

  @Override
  public void nodeValidAgain(NodeRecord node) {
    LOG.info("node {} ({}): the clock was set back, its key is valid again", node.id(), name(node));
  }

  @Override
  public void userChanged(User user) {
    LOG.atInfo()
        .addKeyValue("user", user.id())
        .addKeyValue("name", user.name())
        .log("user renamed");
  }

  private static LoggingEventBuilder about(Level level, NodeRecord node) {
    return LOG.atLevel(level).addKeyValue("node", node.id()).addKeyValue("name", name(node));
  }

  private static String name(NodeRecord node) {
    return node.label().given();
  }

  private static String addresses(NodeRecord node) {
    return node.addresses().all().stream()
        .map(IpAddress::toString)
        .collect(Collectors.joining(","));
  }

  private String owner(NodeRecord node) {
    return node.owner() instanceof Owner.Tagged tagged
        ? String.join(",", tagged.tags())
        : users.shownFor(node.owner()).name();
  }
}
