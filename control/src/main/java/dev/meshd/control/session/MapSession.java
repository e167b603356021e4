package dev.meshd.control.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.control.model.DERPHomeParams;
import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.DNSConfig;
import dev.meshd.control.model.DisplayMessage;
import dev.meshd.control.model.FilterRule;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PingRequest;
import dev.meshd.control.model.SSHPolicy;
import dev.meshd.control.model.TKAInfo;
import dev.meshd.control.model.UserProfile;
import dev.meshd.control.session.NetmapChange.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Folds the messages of one map stream into a {@link Netmap}.
 *
 * <p>Rules of a stream: it begins with nothing; the first message that is no keep-alive is complete
 * and holds our own node; later ones are deltas in which an absent part keeps its value. A new
 * stream needs a new session. A keep-alive changes nothing whatever else it holds.
 *
 * <p>Until a packet filter arrives there are no rules, which blocks all inbound traffic.
 *
 * <p>Every message is one call; an exception ends the session. Owned by the thread that reads the
 * stream. Source: tailscale: control/controlclient/map.go, direct.go.
 */
public final class MapSession {
  /** Longest pause a server may ask for. */
  public static final Duration MAX_PAUSE = Duration.ofMinutes(5);

  /** A clock difference below this is nobody's business. */
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(1);

  private static final String BASE_FILTER = "base";
  private static final String EVERYTHING = "*";

  private final PeerTable peers = new PeerTable();
  private final TreeMap<String, List<FilterRule>> packetFilters = new TreeMap<>();
  private final TreeMap<String, DisplayMessage> displayMessages = new TreeMap<>();
  private final Map<Long, UserProfile> users = new HashMap<>();
  private @Nullable Node self;
  private DERPMap derpMap = DERPMap.of(Map.of());
  private DNSConfig dns = DNSConfig.builder().build();
  private String domain = "";
  private @Nullable SSHPolicy sshPolicy;
  private List<String> health = List.of();
  private @Nullable Boolean collectServices;
  private @Nullable TKAInfo tailnetLock;
  private String auditLogId = "";
  private Duration serverAhead = Duration.ZERO;

  private String lastPingUrl = "";
  private String lastBrowserUrl = "";

  /**
   * Takes the next message.
   *
   * @param now wall-clock time, for last-seen members and the clock difference
   * @return what it asks for, in order; empty for a plain keep-alive
   * @throws MapProtocolException if the first message lacks our own node
   */
  public List<MapEvent> onMessage(MapResponse message, Instant now) throws MapProtocolException {
    List<MapEvent> events = new ArrayList<>();
    askForActions(message, events);
    boolean skewChanged = noteServerTime(message.controlTime(), now);
    if (message.keepAlive()) {
      return events;
    }
    boolean first = self == null;
    Node node = message.node() == null ? self : foldCapabilities(message.node());
    if (node == null) {
      throw new MapProtocolException("the first map message does not describe this node");
    }
    if (message.debug() != null && message.debug().sleepSeconds() > 0) {
      events.add(new MapEvent.Pause(pause(message.debug().sleepSeconds())));
    }
    List<PeerDelta> peerDeltas = peers.apply(message, now);
    if (peers.peers().containsKey(node.id())) {
      long selfId = node.id();
      peers.remove(selfId);
      peerDeltas.removeIf(delta -> delta.id() == selfId);
    }
    Set<Part> parts = applyParts(message, node);
    if (skewChanged) {
      parts.add(Part.OTHER);
    }
    NetmapChange change = new NetmapChange(first, peerDeltas, parts);
    if (!change.isEmpty()) {
      events.add(new MapEvent.NetmapChanged(snapshot(node), change));
    }
    return events;
  }

  private void askForActions(MapResponse message, List<MapEvent> events) {
    PingRequest ping = message.pingRequest();
    if (ping != null && !ping.url().isEmpty() && !ping.url().equals(lastPingUrl)) {
      lastPingUrl = ping.url();
      events.add(new MapEvent.PingAsked(ping));
    }
    if (!message.popBrowserUrl().isEmpty() && !message.popBrowserUrl().equals(lastBrowserUrl)) {
      lastBrowserUrl = message.popBrowserUrl();
      events.add(new MapEvent.BrowserAsked(message.popBrowserUrl()));
    }
    if (message.clientVersion() != null) {
      events.add(new MapEvent.VersionKnown(message.clientVersion()));
    }
    if (message.controlDialPlan() != null) {
      events.add(new MapEvent.DialPlanKnown(message.controlDialPlan()));
    }
  }

  /** Small differences count as none, and small changes of a large one are ignored. */
  private boolean noteServerTime(@Nullable Instant serverTime, Instant now) {
    if (serverTime == null || now.equals(Instant.EPOCH)) {
      return false;
    }
    Duration ahead = Duration.between(now, serverTime);
    if (ahead.abs().compareTo(TOLERATED_SKEW) <= 0) {
      ahead = Duration.ZERO;
    }
    boolean changed = ahead.minus(serverAhead).abs().compareTo(TOLERATED_SKEW) > 0;
    if (changed) {
      serverAhead = ahead;
    }
    return changed;
  }

  /** The old list of capabilities is part of the new map of them. */
  private static Node foldCapabilities(Node node) {
    if (node.capabilities().isEmpty()) {
      return node;
    }
    Map<String, List<JsonNode>> capMap = new LinkedHashMap<>(node.capMap());
    node.capabilities().forEach(capability -> capMap.putIfAbsent(capability, List.of()));
    return node.toBuilder().capMap(capMap).build();
  }

  private static Duration pause(double seconds) {
    double capped = Math.min(seconds, (double) MAX_PAUSE.toSeconds());
    return Duration.ofMillis((long) (capped * 1000));
  }

  private Set<Part> applyParts(MapResponse message, Node node) {
    Set<Part> changed = EnumSet.noneOf(Part.class);
    if (!node.equals(self)) {
      self = node;
      changed.add(Part.SELF);
    }
    for (UserProfile user : message.userProfiles()) {
      if (!user.equals(users.put(user.id(), user))) {
        changed.add(Part.USERS);
      }
    }
    if (message.derpMap() != null) {
      DERPMap merged = merge(derpMap, message.derpMap());
      if (!merged.equals(derpMap)) {
        derpMap = merged;
        changed.add(Part.DERP_MAP);
      }
    }
    if (applyFilters(message)) {
      changed.add(Part.FILTER);
    }
    if (message.dnsConfig() != null && !message.dnsConfig().equals(dns)) {
      dns = message.dnsConfig();
      changed.add(Part.DNS);
    }
    if (message.sshPolicy() != null && !message.sshPolicy().equals(sshPolicy)) {
      sshPolicy = message.sshPolicy();
      changed.add(Part.SSH_POLICY);
    }
    if (applyHealth(message)) {
      changed.add(Part.HEALTH);
    }
    if (applyOthers(message)) {
      changed.add(Part.OTHER);
    }
    return changed;
  }

  private static DERPMap merge(DERPMap held, DERPMap news) {
    DERPHomeParams params = held.homeParams();
    if (news.homeParams() != null && news.homeParams().regionScore() != null) {
      Map<Integer, Double> scores = new LinkedHashMap<>(news.homeParams().regionScore());
      scores.values().removeIf(score -> !(score > 0));
      params = new DERPHomeParams(scores);
    }
    return news.regions() == null
        ? new DERPMap(params, held.regions(), held.omitDefaultRegions())
        : new DERPMap(params, news.regions(), news.omitDefaultRegions());
  }

  private boolean applyFilters(MapResponse message) {
    TreeMap<String, List<FilterRule>> before = new TreeMap<>(packetFilters);
    if (message.packetFilter() != null) {
      packetFilters.put(BASE_FILTER, message.packetFilter());
    }
    if (message.packetFilters().containsKey(EVERYTHING)
        && message.packetFilters().get(EVERYTHING) == null) {
      packetFilters.clear();
    }
    message
        .packetFilters()
        .forEach(
            (name, rules) -> {
              if (rules == null) {
                packetFilters.remove(name);
              } else if (!name.equals(EVERYTHING)) {
                packetFilters.put(name, rules);
              }
            });
    return !before.equals(packetFilters);
  }

  private boolean applyHealth(MapResponse message) {
    List<String> healthBefore = health;
    TreeMap<String, DisplayMessage> messagesBefore = new TreeMap<>(displayMessages);
    if (message.health() != null) {
      health = message.health();
    }
    if (message.displayMessages().containsKey(EVERYTHING)
        && message.displayMessages().get(EVERYTHING) == null) {
      displayMessages.clear();
    }
    message
        .displayMessages()
        .forEach(
            (id, text) -> {
              if (text == null) {
                displayMessages.remove(id);
              } else {
                displayMessages.put(id, text);
              }
            });
    return !health.equals(healthBefore) || !displayMessages.equals(messagesBefore);
  }

  private boolean applyOthers(MapResponse message) {
    boolean changed = false;
    if (!message.domain().isEmpty() && !message.domain().equals(domain)) {
      domain = message.domain();
      changed = true;
    }
    if (!message.domainDataPlaneAuditLogId().isEmpty()
        && !message.domainDataPlaneAuditLogId().equals(auditLogId)) {
      auditLogId = message.domainDataPlaneAuditLogId();
      changed = true;
    }
    if (message.collectServices() != null && !message.collectServices().equals(collectServices)) {
      collectServices = message.collectServices();
      changed = true;
    }
    if (message.tkaInfo() != null && !Objects.equals(message.tkaInfo(), tailnetLock)) {
      tailnetLock = message.tkaInfo();
      changed = true;
    }
    return changed;
  }

  private Netmap snapshot(Node node) {
    return new Netmap(
        node,
        peers.peers(),
        derpMap,
        packetFilters,
        dns,
        users,
        domain,
        sshPolicy,
        health,
        displayMessages,
        collectServices,
        tailnetLock,
        auditLogId,
        serverAhead);
  }
}
