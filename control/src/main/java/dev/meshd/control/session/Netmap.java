package dev.meshd.control.session;

import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.DNSConfig;
import dev.meshd.control.model.DisplayMessage;
import dev.meshd.control.model.FilterRule;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.SSHPolicy;
import dev.meshd.control.model.TKAInfo;
import dev.meshd.control.model.UserProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The network as one node may see it. Immutable.
 *
 * @param self our own node
 * @param peers by id, ascending; never holds ourselves
 * @param derpMap the relays, with dropped regions left out
 * @param packetFilters rules by name; {@link #filter()} is what counts
 * @param dns how names are resolved
 * @param users by id
 * @param domain display name of the network
 * @param sshPolicy who may open SSH sessions; null for none
 * @param health warnings of the server, empty when healthy
 * @param displayMessages messages of the server by id; when there are any they replace {@code
 *     health}
 * @param collectServices whether the server wants to know open ports; null for not said
 * @param tailnetLock state of the tailnet lock; null for off
 * @param auditLogId log id for actions on this node, often empty
 * @param serverAhead how far the server's clock is ahead of ours, zero when the difference is at
 *     most a minute
 */
public record Netmap(
    Node self,
    NavigableMap<Long, Node> peers,
    DERPMap derpMap,
    NavigableMap<String, List<FilterRule>> packetFilters,
    DNSConfig dns,
    Map<Long, UserProfile> users,
    String domain,
    @Nullable SSHPolicy sshPolicy,
    List<String> health,
    NavigableMap<String, DisplayMessage> displayMessages,
    @Nullable Boolean collectServices,
    @Nullable TKAInfo tailnetLock,
    String auditLogId,
    Duration serverAhead) {

  /** Copies its collections. */
  public Netmap {
    peers = Collections.unmodifiableNavigableMap(new TreeMap<>(peers));
    packetFilters = Collections.unmodifiableNavigableMap(new TreeMap<>(packetFilters));
    users = Map.copyOf(users);
    health = List.copyOf(health);
    displayMessages = Collections.unmodifiableNavigableMap(new TreeMap<>(displayMessages));
  }

  /**
   * The inbound packet filter: all named rules in the order of their names. None at all blocks
   * everything.
   */
  public List<FilterRule> filter() {
    List<FilterRule> rules = new ArrayList<>();
    packetFilters.values().forEach(rules::addAll);
    return List.copyOf(rules);
  }

  /**
   * Peers that may be talked to: neither expired by the server's clock nor without any key to reach
   * them.
   */
  public List<Node> usablePeers(Instant now) {
    Instant serverNow = now.plus(serverAhead);
    return peers.values().stream()
        .filter(peer -> !peer.expiredAt(serverNow))
        .filter(peer -> !peer.discoKey().isZero() || peer.isWireGuardOnly())
        .toList();
  }

  /**
   * Whether our own key has expired, judged by the server's clock as far as it is known: ours may
   * be wrong by a year.
   */
  public boolean selfExpired(Instant now) {
    return self.expiredAt(now.plus(serverAhead));
  }

  /**
   * Domain of the mesh names: our own full name without its first label and trailing dot; empty
   * when there is none.
   */
  public String magicDnsSuffix() {
    String name =
        self.name().endsWith(".")
            ? self.name().substring(0, self.name().length() - 1)
            : self.name();
    int dot = name.indexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }

  /** The owner of a node. */
  public Optional<UserProfile> userOf(Node node) {
    return Optional.ofNullable(users.get(node.user()));
  }

  /**
   * The message that, as the first of a stream, gives this map: the form in which it is kept on
   * disk. The clock difference is left out.
   */
  public MapResponse toMapResponse() {
    return MapResponse.builder()
        .node(self)
        .peers(List.copyOf(peers.values()))
        .derpMap(derpMap)
        .packetFilters(Collections.unmodifiableMap(packetFilters))
        .dnsConfig(dns)
        .userProfiles(
            users.values().stream().sorted((a, b) -> Long.compare(a.id(), b.id())).toList())
        .domain(domain)
        .sshPolicy(sshPolicy)
        .health(health)
        .displayMessages(Collections.unmodifiableMap(displayMessages))
        .collectServices(collectServices)
        .tkaInfo(tailnetLock)
        .domainDataPlaneAuditLogId(auditLogId)
        .build();
  }

  /** The map a kept message gives; throws when it is not a complete one. */
  public static Netmap of(MapResponse complete) throws MapProtocolException {
    for (MapEvent event : new MapSession().onMessage(complete, Instant.EPOCH)) {
      if (event instanceof MapEvent.NetmapChanged changed) {
        return changed.netmap();
      }
    }
    throw new MapProtocolException("the message holds no map");
  }
}
