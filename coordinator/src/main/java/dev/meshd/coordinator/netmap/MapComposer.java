package dev.meshd.coordinator.netmap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.DNSConfig;
import dev.meshd.control.model.Debug;
import dev.meshd.control.model.FilterRule;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PeerChange;
import dev.meshd.control.model.Resolver;
import dev.meshd.control.model.UserProfile;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.model.WireTime;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.metrics.MapMetrics;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.UserDirectory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes protocol messages out of records. Every node sees every other, and the packet filter lets
 * everything pass: both are said explicitly, because a client without a filter admits nothing.
 * Owned by the coordinator loop.
 */
public final class MapComposer {
  private static final Map<String, List<JsonNode>> SELF_CAPABILITIES =
      Map.of(
          "https://tailscale.com/cap/is-admin", List.of(),
          "https://tailscale.com/cap/ssh", List.of(),
          "https://tailscale.com/cap/file-sharing", List.of(),
          "default-auto-update", List.of(BooleanNode.FALSE));

  private final NodeRegistry nodes;
  private final UserDirectory users;
  private final ServerConfig.Dns dns;
  private DERPMap derpMap;
  private final InstantSource clock;
  private final MapMetrics metrics;
  private final PeerEncodings encodings;

  public MapComposer(
      NodeRegistry nodes,
      UserDirectory users,
      ServerConfig.Dns dns,
      DERPMap derpMap,
      InstantSource clock,
      MapMetrics metrics) {
    this.nodes = nodes;
    this.users = users;
    this.dns = dns;
    this.derpMap = derpMap;
    this.clock = clock;
    this.metrics = metrics;
    this.encodings = new PeerEncodings(node -> WireJson.encode(common(node).build()));
  }

  /** Everything {@code self} may know. */
  public MapMessage full(NodeRecord self) {
    Instant now = now();
    List<byte[]> peers = new ArrayList<>(nodes.size());
    Map<Long, UserProfile> profiles = new TreeMap<>();
    for (NodeRecord node : nodes.all()) {
      profiles.computeIfAbsent(profileId(node), id -> profile(node));
      if (node.id() != self.id()) {
        peer(node, now).ifPresent(peers::add);
      }
    }
    metrics.viewComputed();
    MapResponse rest =
        MapResponse.builder()
            .node(self(self))
            .derpMap(derpMap)
            .domain(dns.baseDomain())
            .dnsConfig(dnsConfig())
            .packetFilters(Map.of("base", List.of(FilterRule.ALLOW_ALL)))
            .userProfiles(List.copyOf(profiles.values()))
            .collectServices(false)
            .debug(new Debug(0, true, null))
            .controlTime(now)
            .build();
    return new MapMessage(MapMetrics.Message.FULL, rest, peers, List.of(), List.of(), metrics);
  }

  /** The relays clients are told of. */
  DERPMap relays() {
    return derpMap;
  }

  /** Uses other relays from here on; who has heard of the old ones is the hub's business. */
  void useRelays(DERPMap relays) {
    derpMap = relays;
  }

  /** The server's clock. */
  Instant now() {
    return clock.instant();
  }

  /** A message to be filled in by a delta. */
  MapResponse.Builder delta() {
    return MapResponse.builder().controlTime(clock.instant());
  }

  /** The node as it sees itself. */
  Node self(NodeRecord node) {
    return common(node).capMap(SELF_CAPABILITIES).build();
  }

  /**
   * The node as it sees itself at the moment it is thrown out: logged in with a key that has ended.
   */
  private Node removedSelf(NodeRecord node) {
    Instant past = clock.instant().minusSeconds(1);
    return self(node).toBuilder().keyExpiry(past).expired(true).machineAuthorized(false).build();
  }

  /** The message for a node that was deleted. */
  MapMessage farewell(NodeRecord removed) {
    MapResponse rest = delta().node(removedSelf(removed)).build();
    return new MapMessage(MapMetrics.Message.SELF, rest, List.of(), List.of(), List.of(), metrics);
  }

  /** JSON of the node as others see it; empty when it cannot be shown. */
  Optional<byte[]> peer(NodeRecord node, Instant now) {
    return encodings.of(node, now);
  }

  /** The node is gone: nobody will be shown it again. */
  void forget(long id) {
    encodings.forget(id);
  }

  private Node.Builder common(NodeRecord node) {
    boolean expired = node.isExpired(clock.instant());
    return Node.builder()
        .id(node.id())
        .stableId(node.stableId())
        .name(node.label().given() + "." + dns.baseDomain() + ".")
        .user(profileId(node))
        .key(node.nodeKey())
        .keyExpiry(node.expiry().orElse(null))
        .machine(node.machineKey())
        .discoKey(node.facts().discoKey())
        .addresses(node.addresses().prefixes())
        .allowedIps(node.addresses().prefixes())
        .endpoints(node.facts().endpoints())
        .homeDerp(node.facts().homeDerp())
        .hostinfo(shownHostinfo(node))
        .created(node.createdAt())
        .cap(node.facts().capabilityVersion())
        .tags(node.owner().tags())
        .lastSeen(node.presence().awaySince().orElse(null))
        .online(node.presence().online())
        .machineAuthorized(!expired)
        .expired(expired);
  }

  /**
   * Host facts without those that are for the server only: they change often and tell peers
   * nothing.
   */
  static Hostinfo shownHostinfo(NodeRecord node) {
    Hostinfo hostinfo = node.facts().hostinfo();
    return hostinfo.netInfo() == null ? hostinfo : hostinfo.toBuilder().netInfo(null).build();
  }

  /** Says {@code aspects} of {@code node}; none of them is {@link PeerAspect#WHOLE}. */
  PeerChange patch(NodeRecord node, Set<PeerAspect> aspects) {
    PeerChange.Builder patch = PeerChange.builder().nodeId(node.id());
    for (PeerAspect aspect : aspects) {
      switch (aspect) {
        case WHOLE -> throw new IllegalArgumentException("a patch cannot say everything");
        case KEY -> patch.key(node.nodeKey());
        case DISCO_KEY -> patch.discoKey(node.facts().discoKey());
        case ENDPOINTS -> patch.endpoints(node.facts().endpoints());
        case HOME_DERP -> patch.derpRegion(node.facts().homeDerp());
        case ONLINE ->
            patch
                .online(node.presence().online())
                .lastSeen(node.presence().awaySince().orElse(null));
        case EXPIRY -> patch.keyExpiry(node.expiry().orElse(WireTime.UNSET));
      }
    }
    return patch.build();
  }

  UserProfile profile(NodeRecord node) {
    User user = users.shownFor(node.owner());
    return new UserProfile(user.id(), user.name(), user.shownName(), "", List.of());
  }

  private long profileId(NodeRecord node) {
    return users.shownFor(node.owner()).id();
  }

  private DNSConfig dnsConfig() {
    List<Resolver> resolvers = dns.nameservers().stream().map(Resolver::of).toList();
    List<String> domains =
        Stream.concat(
                dns.magicDns() ? Stream.of(dns.baseDomain()) : Stream.of(),
                dns.searchDomains().stream())
            .toList();
    return DNSConfig.builder()
        .proxied(dns.magicDns())
        .domains(domains)
        .resolvers(dns.overrideLocalDns() ? resolvers : List.of())
        .fallbackResolvers(dns.overrideLocalDns() ? List.of() : resolvers)
        .build();
  }
}
