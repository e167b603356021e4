package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a map stream. The first must hold {@code node} and is complete; later ones are
 * deltas, in which a null member means unchanged. {@code peers}, when not empty, replaces the whole
 * set and the other peer members are ignored.
 *
 * @param keepAlive the message only says that the server is alive
 * @param popBrowserUrl to be opened once
 * @param node ourselves, replaced as a whole
 * @param derpMap possibly partial
 * @param peers all peers sorted by id; empty means unchanged
 * @param peersChanged added or replaced
 * @param peerSeenChange true: last seen is now; false: last seen is unknown
 * @param packetFilter same as the filter named {@code base}; empty blocks everything
 * @param packetFilters patch by name: null deletes, {@code "*": null} clears all first
 * @param userProfiles merged by id
 * @param health empty means healthy
 * @param displayMessages patch by id: null deletes, {@code "*": null} clears all first
 * @param controlTime the server's clock
 * @param defaultAutoUpdate deprecated
 */
public record MapResponse(
    @JsonProperty("MapSessionHandle") String mapSessionHandle,
    @JsonProperty("Seq") long seq,
    @JsonProperty("KeepAlive") boolean keepAlive,
    @JsonProperty("PingRequest") @WhenPresent @Nullable PingRequest pingRequest,
    @JsonProperty("PopBrowserURL") String popBrowserUrl,
    @JsonProperty("Node") @WhenPresent @Nullable Node node,
    @JsonProperty("DERPMap") @WhenPresent @Nullable DERPMap derpMap,
    @JsonProperty("Peers") List<Node> peers,
    @JsonProperty("PeersChanged") List<Node> peersChanged,
    @JsonProperty("PeersRemoved") List<Long> peersRemoved,
    @JsonProperty("PeersChangedPatch") List<PeerChange> peersChangedPatch,
    @JsonProperty("PeerSeenChange") Map<Long, Boolean> peerSeenChange,
    @JsonProperty("OnlineChange") Map<Long, Boolean> onlineChange,
    @JsonProperty("DNSConfig") @WhenPresent @Nullable DNSConfig dnsConfig,
    @JsonProperty("Domain") String domain,
    @JsonProperty("CollectServices") @WhenPresent @Nullable Boolean collectServices,
    @JsonProperty("PacketFilter") @WhenPresent @Nullable List<FilterRule> packetFilter,
    @JsonProperty("PacketFilters") @JsonSetter(contentNulls = Nulls.SET)
        Map<String, @Nullable List<FilterRule>> packetFilters,
    @JsonProperty("UserProfiles") List<UserProfile> userProfiles,
    @JsonProperty("Health") @WhenPresent @Nullable List<String> health,
    @JsonProperty("DisplayMessages") @JsonSetter(contentNulls = Nulls.SET)
        Map<String, @Nullable DisplayMessage> displayMessages,
    @JsonProperty("SSHPolicy") @WhenPresent @Nullable SSHPolicy sshPolicy,
    @JsonProperty("ControlTime") @WhenPresent @Nullable Instant controlTime,
    @JsonProperty("TKAInfo") @WhenPresent @Nullable TKAInfo tkaInfo,
    @JsonProperty("DomainDataPlaneAuditLogID") String domainDataPlaneAuditLogId,
    @JsonProperty("Debug") @WhenPresent @Nullable Debug debug,
    @JsonProperty("ControlDialPlan") @WhenPresent @Nullable ControlDialPlan controlDialPlan,
    @JsonProperty("ClientVersion") @WhenPresent @Nullable ClientVersion clientVersion,
    @JsonProperty("DefaultAutoUpdate") @WhenPresent @Nullable Boolean defaultAutoUpdate) {

  /** Absent and null members become the empty value; collections are copied. */
  public MapResponse {
    mapSessionHandle = Absent.text(mapSessionHandle);
    popBrowserUrl = Absent.text(popBrowserUrl);
    peers = Absent.list(peers);
    peersChanged = Absent.list(peersChanged);
    peersRemoved = Absent.list(peersRemoved);
    peersChangedPatch = Absent.list(peersChangedPatch);
    peerSeenChange = Absent.map(peerSeenChange);
    onlineChange = Absent.map(onlineChange);
    domain = Absent.text(domain);
    packetFilter = Absent.copyOrNull(packetFilter);
    packetFilters = Absent.mapOfNullable(packetFilters);
    userProfiles = Absent.list(userProfiles);
    health = Absent.copyOrNull(health);
    displayMessages = Absent.mapOfNullable(displayMessages);
    domainDataPlaneAuditLogId = Absent.text(domainDataPlaneAuditLogId);
  }

  /** The message that only says the server is alive. */
  public static final MapResponse KEEP_ALIVE = builder().keepAlive(true).build();

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.mapSessionHandle = mapSessionHandle;
    b.seq = seq;
    b.keepAlive = keepAlive;
    b.pingRequest = pingRequest;
    b.popBrowserUrl = popBrowserUrl;
    b.node = node;
    b.derpMap = derpMap;
    b.peers = peers;
    b.peersChanged = peersChanged;
    b.peersRemoved = peersRemoved;
    b.peersChangedPatch = peersChangedPatch;
    b.peerSeenChange = peerSeenChange;
    b.onlineChange = onlineChange;
    b.dnsConfig = dnsConfig;
    b.domain = domain;
    b.collectServices = collectServices;
    b.packetFilter = packetFilter;
    b.packetFilters = packetFilters;
    b.userProfiles = userProfiles;
    b.health = health;
    b.displayMessages = displayMessages;
    b.sshPolicy = sshPolicy;
    b.controlTime = controlTime;
    b.tkaInfo = tkaInfo;
    b.domainDataPlaneAuditLogId = domainDataPlaneAuditLogId;
    b.debug = debug;
    b.controlDialPlan = controlDialPlan;
    b.clientVersion = clientVersion;
    b.defaultAutoUpdate = defaultAutoUpdate;
    return b;
  }

  /**
   * Collects the members of a {@link MapResponse}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private String mapSessionHandle = "";
    private long seq;
    private boolean keepAlive;
    private @Nullable PingRequest pingRequest;
    private String popBrowserUrl = "";
    private @Nullable Node node;
    private @Nullable DERPMap derpMap;
    private List<Node> peers = List.of();
    private List<Node> peersChanged = List.of();
    private List<Long> peersRemoved = List.of();
    private List<PeerChange> peersChangedPatch = List.of();
    private Map<Long, Boolean> peerSeenChange = Map.of();
    private Map<Long, Boolean> onlineChange = Map.of();
    private @Nullable DNSConfig dnsConfig;
    private String domain = "";
    private @Nullable Boolean collectServices;
    private @Nullable List<FilterRule> packetFilter;
    private Map<String, @Nullable List<FilterRule>> packetFilters = Map.of();
    private List<UserProfile> userProfiles = List.of();
    private @Nullable List<String> health;
    private Map<String, @Nullable DisplayMessage> displayMessages = Map.of();
    private @Nullable SSHPolicy sshPolicy;
    private @Nullable Instant controlTime;
    private @Nullable TKAInfo tkaInfo;
    private String domainDataPlaneAuditLogId = "";
    private @Nullable Debug debug;
    private @Nullable ControlDialPlan controlDialPlan;
    private @Nullable ClientVersion clientVersion;
    private @Nullable Boolean defaultAutoUpdate;

    private Builder() {}

    public Builder mapSessionHandle(String value) {
      mapSessionHandle = value;
      return this;
    }

    public Builder seq(long value) {
      seq = value;
      return this;
    }

    public Builder keepAlive(boolean value) {
      keepAlive = value;
      return this;
    }

    public Builder pingRequest(@Nullable PingRequest value) {
      pingRequest = value;
      return this;
    }

    public Builder popBrowserUrl(String value) {
      popBrowserUrl = value;
      return this;
    }

    public Builder node(@Nullable Node value) {
      node = value;
      return this;
    }

    public Builder derpMap(@Nullable DERPMap value) {
      derpMap = value;
      return this;
    }

    public Builder peers(List<Node> value) {
      peers = value;
      return this;
    }

    public Builder peersChanged(List<Node> value) {
      peersChanged = value;
      return this;
    }

    public Builder peersRemoved(List<Long> value) {
      peersRemoved = value;
      return this;
    }

    public Builder peersChangedPatch(List<PeerChange> value) {
      peersChangedPatch = value;
      return this;
    }

    public Builder peerSeenChange(Map<Long, Boolean> value) {
      peerSeenChange = value;
      return this;
    }

    public Builder onlineChange(Map<Long, Boolean> value) {
      onlineChange = value;
      return this;
    }

    public Builder dnsConfig(@Nullable DNSConfig value) {
      dnsConfig = value;
      return this;
    }

    public Builder domain(String value) {
      domain = value;
      return this;
    }

    public Builder collectServices(@Nullable Boolean value) {
      collectServices = value;
      return this;
    }

    public Builder packetFilter(@Nullable List<FilterRule> value) {
      packetFilter = value;
      return this;
    }

    public Builder packetFilters(Map<String, @Nullable List<FilterRule>> value) {
      packetFilters = value;
      return this;
    }

    public Builder userProfiles(List<UserProfile> value) {
      userProfiles = value;
      return this;
    }

    public Builder health(@Nullable List<String> value) {
      health = value;
      return this;
    }

    public Builder displayMessages(Map<String, @Nullable DisplayMessage> value) {
      displayMessages = value;
      return this;
    }

    public Builder sshPolicy(@Nullable SSHPolicy value) {
      sshPolicy = value;
      return this;
    }

    public Builder controlTime(@Nullable Instant value) {
      controlTime = value;
      return this;
    }

    public Builder tkaInfo(@Nullable TKAInfo value) {
      tkaInfo = value;
      return this;
    }

    public Builder domainDataPlaneAuditLogId(String value) {
      domainDataPlaneAuditLogId = value;
      return this;
    }

    public Builder debug(@Nullable Debug value) {
      debug = value;
      return this;
    }

    public Builder controlDialPlan(@Nullable ControlDialPlan value) {
      controlDialPlan = value;
      return this;
    }

    public Builder clientVersion(@Nullable ClientVersion value) {
      clientVersion = value;
      return this;
    }

    public Builder defaultAutoUpdate(@Nullable Boolean value) {
      defaultAutoUpdate = value;
      return this;
    }

    public MapResponse build() {
      return new MapResponse(
          mapSessionHandle,
          seq,
          keepAlive,
          pingRequest,
          popBrowserUrl,
          node,
          derpMap,
          peers,
          peersChanged,
          peersRemoved,
          peersChangedPatch,
          peerSeenChange,
          onlineChange,
          dnsConfig,
          domain,
          collectServices,
          packetFilter,
          packetFilters,
          userProfiles,
          health,
          displayMessages,
          sshPolicy,
          controlTime,
          tkaInfo,
          domainDataPlaneAuditLogId,
          debug,
          controlDialPlan,
          clientVersion,
          defaultAutoUpdate);
    }
  }
}
