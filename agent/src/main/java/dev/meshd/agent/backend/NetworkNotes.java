package dev.meshd.agent.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.session.NetmapChange;
import dev.meshd.control.session.PeerDelta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells watchers of the bus what a map message changed. Stateless. */
final class NetworkNotes {
  private NetworkNotes() {}

  static Notify of(Netmap map, NetmapChange change) {
    List<JsonNode> changed = new ArrayList<>();
    List<Long> removed = new ArrayList<>();
    for (PeerDelta delta : change.peers()) {
      switch (delta) {
        case PeerDelta.Added added -> changed.add(json(added.node()));
        case PeerDelta.Replaced replaced -> changed.add(json(replaced.node()));
        case PeerDelta.Patched patched -> changed.add(json(patched.node()));
        case PeerDelta.Removed gone -> removed.add(gone.id());
      }
    }
    return Notify.ofNetworkChange(
        change.touches(NetmapChange.Part.SELF) ? json(map.self()) : null,
        changed.isEmpty() ? null : changed,
        removed.isEmpty() ? null : removed,
        change.touches(NetmapChange.Part.USERS) ? users(map) : null);
  }

  /** The whole map in the shape watchers get at first. */
  static JsonNode netmap(Netmap map) {
    ObjectNode json = Json.object();
    json.set("SelfNode", json(map.self()));
    json.put("NodeKey", map.self().key().text());
    json.put("Name", map.self().name());
    json.put("Domain", map.domain());
    json.set("Peers", WireJson.mapper().valueToTree(List.copyOf(map.peers().values())));
    json.set("DNS", WireJson.mapper().valueToTree(map.dns()));
    json.set("DERPMap", WireJson.mapper().valueToTree(map.derpMap()));
    json.set("UserProfiles", WireJson.mapper().valueToTree(users(map)));
    return json;
  }

  static JsonNode json(Node node) {
    return WireJson.mapper().valueToTree(node);
  }

  private static Map<String, JsonNode> users(Netmap map) {
    Map<String, JsonNode> users = new HashMap<>();
    map.users()
        .forEach((id, user) -> users.put(Long.toString(id), WireJson.mapper().valueToTree(user)));
    return users;
  }
}
