package dev.meshd.bench.server;

import dev.meshd.control.model.Node;
import dev.meshd.control.session.Netmap;
import dev.meshd.coordinator.admin.AdminException;
import dev.meshd.coordinator.admin.ApiNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether every node holds the right map. Two maps asked for afresh say how the server describes
 * each node to others; what every node has folded from its stream must be exactly that, without
 * itself. The administration API, which does not go through maps, must name the same nodes.
 */
final class NetmapCheck {
  private static final int ENOUGH_FAULTS = 10;

  private NetmapCheck() {}

  /** Returns what is wrong, in sentences; empty when all is right. */
  static List<String> faults(List<SimulatedNode> nodes, ServerProcess server)
      throws IOException, InterruptedException, AdminException {
    List<String> faults = new ArrayList<>();
    SimulatedNode one = nodes.get(0);
    SimulatedNode two = nodes.get(1);
    Netmap ofOne = one.askForMap();
    Netmap ofTwo = two.askForMap();
    TreeMap<Long, Node> expected = new TreeMap<>(ofOne.peers());
    expected.put(ofOne.self().id(), ofTwo.peers().get(ofOne.self().id()));
    checkAgainstRegistry(expected, server.admin().nodes(Optional.empty()), faults);
    for (SimulatedNode node : nodes) {
      if (faults.size() < ENOUGH_FAULTS) {
        check(node, expected, faults);
      }
    }
    return faults;
  }

  private static void checkAgainstRegistry(
      Map<Long, Node> expected, List<ApiNode> registry, List<String> faults) {
    Map<String, ApiNode> byKey = new HashMap<>();
    registry.forEach(node -> byKey.put(node.nodeKey(), node));
    if (byKey.size() != expected.size()) {
      faults.add(
          "the server knows %d nodes, its maps show %d".formatted(byKey.size(), expected.size()));
    }
    for (Node node : expected.values()) {
      ApiNode known = byKey.get(node.key().text());
      if (known == null
          || !node.name().startsWith(known.givenName() + ".")
          || known.online() != Boolean.TRUE.equals(node.online())
          || !node.endpoints().stream().map(Object::toString).toList().equals(known.endpoints())) {
        faults.add("the registry says otherwise than the maps of " + node.name());
      }
    }
  }

  private static void check(SimulatedNode viewer, Map<Long, Node> expected, List<String> faults) {
    Optional<Netmap> held = viewer.netmap();
    if (held.isEmpty()) {
      faults.add("node " + viewer.number() + " holds no map");
      return;
    }
    Map<Long, Node> peers = held.get().peers();
    long self = held.get().self().id();
    if (!held.get().self().key().equals(viewer.nodeKey())) {
      faults.add("node " + viewer.number() + " is told that it is another");
    }
    if (peers.size() != expected.size() - 1) {
      faults.add(
          "node %d sees %d peers, not %d"
              .formatted(viewer.number(), peers.size(), expected.size() - 1));
    }
    for (Map.Entry<Long, Node> entry : expected.entrySet()) {
      Node right = settled(entry.getValue());
      Node holds = peers.get(entry.getKey());
      if (entry.getKey() != self && (holds == null || !right.equals(settled(holds)))) {
        faults.add(
            "node %d holds another %s than the server: %s"
                .formatted(viewer.number(), right.name(), difference(right, holds)));
        return;
      }
    }
  }

  /**
   * A patch cannot take the time back at which a peer was last seen; it means nothing while online.
   */
  private static Node settled(Node node) {
    return Boolean.TRUE.equals(node.online()) && node.lastSeen() != null
        ? node.toBuilder().lastSeen(null).build()
        : node;
  }

  private static String difference(Node right, @Nullable Node holds) {
    if (holds == null) {
      return "none at all";
    }
    List<String> members = new ArrayList<>();
    for (RecordComponent member : Node.class.getRecordComponents()) {
      try {
        Object wanted = member.getAccessor().invoke(right);
        Object held = member.getAccessor().invoke(holds);
        if (!Objects.equals(wanted, held)) {
          members.add(member.getName() + " " + held + " instead of " + wanted);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a public record hides its members", e);
      }
    }
    return String.join(", ", members);
  }
}
