package dev.meshd.agent.backend;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.PeerStatus;
import dev.meshd.agent.localapi.Status;
import dev.meshd.control.model.DERPRegion;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.UserProfile;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.model.WireTime;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.IpPrefix;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the status from a snapshot and what the engine says of peers. Stateless. */
final class StatusBuilder {
  private static final Duration STALE_AFTER = Duration.ofMinutes(1);

  private final String version;

  StatusBuilder(String version) {
    this.version = version;
  }

  /**
   * @param peers what the engine knows, by node key
   * @param withPeers whether the answer lists peers
   */
  Status build(
      Snapshot snapshot,
      Map<NodeKey, dev.meshd.engine.PeerStatus> peers,
      boolean withPeers,
      Instant now) {
    boolean shown =
        snapshot.state() == BackendState.RUNNING || snapshot.state() == BackendState.STARTING;
    Optional<Netmap> netmap = snapshot.netmap();
    return new Status(
        version,
        snapshot.mesh().isPresent(),
        snapshot.state().text(),
        snapshot.node().nodeKey().isPresent(),
        snapshot.loginUrl(),
        shown ? netmap.map(map -> ips(map.self())).orElse(List.of()) : List.of(),
        netmap.map(map -> self(snapshot, map)).orElseGet(() -> unknownSelf(snapshot)),
        null,
        health(snapshot, now),
        netmap.map(Netmap::magicDnsSuffix).orElse(""),
        snapshot.node().login().isPresent()
            ? netmap.map(StatusBuilder::tailnet).orElse(null)
            : null,
        netmap.map(map -> map.dns().certDomains()).orElse(List.of()),
        withPeers ? netmap.map(map -> peers(map, peers, now)).orElse(Map.of()) : Map.of(),
        netmap.map(map -> users(map, withPeers)).orElse(Map.of()),
        null);
  }

  /** The conditions by code, and how old the map is that everything rests on. */
  private static List<String> health(Snapshot snapshot, Instant now) {
    List<String> texts = new ArrayList<>();
    snapshot.health().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(condition -> texts.add(condition.getValue().text()));
    Optional<Duration> age = snapshot.staleSince().map(since -> Duration.between(since, now));
    if (snapshot.netmap().isPresent()
        && age.filter(a -> a.compareTo(STALE_AFTER) > 0).isPresent()) {
      texts.add("The network map in use is " + age.get().toMinutes() + " min old.");
    }
    return texts;
  }

  private static Status.Tailnet tailnet(Netmap map) {
    return new Status.Tailnet(map.domain(), map.magicDnsSuffix(), map.dns().proxied());
  }

  private static Map<String, Status.UserProfile> users(Netmap map, boolean all) {
    Map<String, Status.UserProfile> users = new TreeMap<>();
    for (UserProfile user : map.users().values()) {
      if (all || user.id() == map.self().user()) {
        users.put(
            Long.toString(user.id()),
            new Status.UserProfile(
                user.id(),
                user.loginName(),
                user.displayName(),
                user.profilePicUrl().isEmpty() ? null : user.profilePicUrl()));
      }
    }
    return users;
  }

  private static Map<String, PeerStatus> peers(
      Netmap map, Map<NodeKey, dev.meshd.engine.PeerStatus> engine, Instant now) {
    Map<String, PeerStatus> peers = new HashMap<>();
    for (Node peer : map.peers().values()) {
      peers.put(
          peer.key().text(), peer(map, peer, Optional.ofNullable(engine.get(peer.key())), now));
    }
    return peers;
  }

  private static PeerStatus peer(
      Netmap map, Node node, Optional<dev.meshd.engine.PeerStatus> engine, Instant now) {
    String current =
        engine
            .flatMap(dev.meshd.engine.PeerStatus::currentAddress)
            .map(Objects::toString)
            .orElse("");
    Optional<Instant> handshake = engine.flatMap(dev.meshd.engine.PeerStatus::lastHandshake);
    return node(map, node)
        .withTraffic(
            current,
            engine.map(dev.meshd.engine.PeerStatus::rxBytes).orElse(0L),
            engine.map(dev.meshd.engine.PeerStatus::txBytes).orElse(0L),
            handshake.map(Json::time).orElse(Json.ZERO_TIME),
            engine.map(dev.meshd.engine.PeerStatus::active).orElse(false),
            engine.isPresent(),
            handshake.isPresent())
        .build(node.expiredAt(now.plus(map.serverAhead())));
  }

  private static PeerStatus self(Snapshot snapshot, Netmap map) {
    PeerFacts facts = node(map, map.self());
    return facts
        .withSelf(
            snapshot.endpoints().stream().map(own -> own.endpoint().toString()).toList(),
            regionCode(map, snapshot.homeRegion()),
            snapshot.state() == BackendState.RUNNING)
        .build(map.selfExpired(Instant.now()));
  }

  private static PeerStatus unknownSelf(Snapshot snapshot) {
    String key =
        snapshot.node().nodeKey().map(k -> k.publicKey().text()).orElse(NodeKey.zero().text());
    return PeerFacts.unknown(
            key, System.getProperty("os.name", "linux").toLowerCase(java.util.Locale.ROOT))
        .build(false);
  }

  private static PeerFacts node(Netmap map, Node node) {
    PeerFacts facts = new PeerFacts();
    facts.id = node.stableId();
    facts.nodeId = node.id();
    facts.publicKey = node.key().text();
    facts.dnsName = node.name();
    facts.userId = node.user();
    facts.altSharerUserId = node.sharer();
    facts.ips = ips(node);
    facts.allowedIps = node.effectiveAllowedIps().stream().map(IpPrefix::toString).toList();
    facts.tags = node.tags();
    facts.primaryRoutes = node.primaryRoutes().stream().map(IpPrefix::toString).toList();
    facts.addrs = node.endpoints().stream().map(Objects::toString).toList();
    facts.relay = regionCode(map, node.homeRegion());
    facts.created = time(node.created());
    facts.lastSeen = Boolean.TRUE.equals(node.online()) ? Json.ZERO_TIME : time(node.lastSeen());
    facts.online = Boolean.TRUE.equals(node.online());
    facts.exitNodeOption =
        node.effectiveAllowedIps().stream().anyMatch(prefix -> prefix.bits() == 0);
    facts.keyExpiry = WireTime.isSet(node.keyExpiry()) ? time(node.keyExpiry()) : null;
    if (node.hostinfo() != null) {
      facts.hostName = node.hostinfo().hostname();
      facts.os = node.hostinfo().os();
    }
    Map<String, JsonNode> capabilities = new HashMap<>();
    node.capMap()
        .forEach((cap, values) -> capabilities.put(cap, WireJson.mapper().valueToTree(values)));
    facts.capMap = capabilities;
    return facts;
  }

  static List<String> ips(Node node) {
    return node.addresses().stream()
        .sorted(Comparator.comparing(prefix -> prefix.address().isV6()))
        .map(prefix -> prefix.address().toString())
        .toList();
  }

  static String regionCode(Netmap map, int region) {
    Map<Integer, DERPRegion> regions = map.derpMap().regions();
    DERPRegion known = regions == null ? null : regions.get(region);
    return known == null ? "" : known.regionCode();
  }

  private static String time(@Nullable Instant instant) {
    return WireTime.isSet(instant) ? Json.time(Objects.requireNonNull(instant)) : Json.ZERO_TIME;
  }
}
