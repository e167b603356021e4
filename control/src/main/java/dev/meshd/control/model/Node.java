package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node as the map describes it: ourselves or a peer.
 *
 * @param id positive, never reused; the key of every delta
 * @param stableId never empty
 * @param name full name with trailing dot
 * @param user owner, see {@link UserProfile}
 * @param key WireGuard public key
 * @param keyExpiry null or {@link WireTime#UNSET} never expires
 * @param discoKey zero: the peer cannot be reached unless it is WireGuard-only
 * @param addresses the node's own addresses as single-address prefixes
 * @param allowedIps null means the addresses, empty means nothing
 * @param endpoints UDP candidates
 * @param legacyDerp legacy home relay {@code 127.3.3.40:<region>}
 * @param homeDerp home relay region, 0 for unknown
 * @param cap capability version
 * @param primaryRoutes subnet routes this node serves
 * @param lastSeen null while online or unknown
 * @param online null for unknown
 * @param capabilities deprecated form of {@code capMap}
 * @param capMap node capability to its values
 * @param expired the peer must not be used
 * @param selfNodeV4MasqAddrForThisPeer source address we must show this peer
 * @param selfNodeV6MasqAddrForThisPeer source address we must show this peer
 * @param isWireGuardOnly no disco, no relay: use the endpoints as they are
 * @param isJailed the peer may not open connections to us
 */
public record Node(
    @JsonProperty("ID") @Always long id,
    @JsonProperty("StableID") @Always String stableId,
    @JsonProperty("Name") @Always String name,
    @JsonProperty("User") @Always long user,
    @JsonProperty("Sharer") long sharer,
    @JsonProperty("Key") @Always NodeKey key,
    @JsonProperty("KeyExpiry") @WhenPresent @Nullable Instant keyExpiry,
    @JsonProperty("KeySignature") @WhenPresent @Nullable Octets keySignature,
    @JsonProperty("Machine") MachineKey machine,
    @JsonProperty("DiscoKey") DiscoKey discoKey,
    @JsonProperty("Addresses") @Always List<IpPrefix> addresses,
    @JsonProperty("AllowedIPs") @WhenPresent @Nullable List<IpPrefix> allowedIps,
    @JsonProperty("Endpoints") List<Endpoint> endpoints,
    @JsonProperty("DERP") String legacyDerp,
    @JsonProperty("HomeDERP") int homeDerp,
    @JsonProperty("Hostinfo") @WhenPresent @Nullable Hostinfo hostinfo,
    @JsonProperty("Created") @WhenPresent @Nullable Instant created,
    @JsonProperty("Cap") int cap,
    @JsonProperty("Tags") List<String> tags,
    @JsonProperty("PrimaryRoutes") List<IpPrefix> primaryRoutes,
    @JsonProperty("LastSeen") @WhenPresent @Nullable Instant lastSeen,
    @JsonProperty("Online") @WhenPresent @Nullable Boolean online,
    @JsonProperty("MachineAuthorized") boolean machineAuthorized,
    @JsonProperty("Capabilities") List<String> capabilities,
    @JsonProperty("CapMap") @JsonSetter(contentNulls = Nulls.SET)
        Map<String, List<JsonNode>> capMap,
    @JsonProperty("UnsignedPeerAPIOnly") boolean unsignedPeerApiOnly,
    @JsonProperty("ComputedName") String computedName,
    @JsonProperty("ComputedNameWithHost") String computedNameWithHost,
    @JsonProperty("DataPlaneAuditLogID") String dataPlaneAuditLogId,
    @JsonProperty("Expired") boolean expired,
    @JsonProperty("SelfNodeV4MasqAddrForThisPeer") @WhenPresent
        @Nullable IpAddress selfNodeV4MasqAddrForThisPeer,
    @JsonProperty("SelfNodeV6MasqAddrForThisPeer") @WhenPresent
        @Nullable IpAddress selfNodeV6MasqAddrForThisPeer,
    @JsonProperty("IsWireGuardOnly") boolean isWireGuardOnly,
    @JsonProperty("IsJailed") boolean isJailed,
    @JsonProperty("ExitNodeDNSResolvers") List<Resolver> exitNodeDnsResolvers) {

  /** Absent and null members become the empty value; collections are copied. */
  public Node {
    stableId = Absent.text(stableId);
    name = Absent.text(name);
    key = Absent.or(key, NodeKey.zero());
    machine = Absent.or(machine, MachineKey.zero());
    discoKey = Absent.or(discoKey, DiscoKey.zero());
    addresses = Absent.list(addresses);
    allowedIps = Absent.copyOrNull(allowedIps);
    endpoints = Absent.list(endpoints);
    legacyDerp = Absent.text(legacyDerp);
    tags = Absent.list(tags);
    primaryRoutes = Absent.list(primaryRoutes);
    capabilities = Absent.list(capabilities);
    capMap = Absent.mapOfLists(capMap);
    computedName = Absent.text(computedName);
    computedNameWithHost = Absent.text(computedNameWithHost);
    dataPlaneAuditLogId = Absent.text(dataPlaneAuditLogId);
    exitNodeDnsResolvers = Absent.list(exitNodeDnsResolvers);
  }

  /** The routes to this peer: {@code allowedIps}, or its addresses when those are absent. */
  public List<IpPrefix> effectiveAllowedIps() {
    return allowedIps == null ? addresses : allowedIps;
  }

  /** Home relay region from whichever form is present, 0 for unknown. */
  public int homeRegion() {
    if (homeDerp != 0 || legacyDerp.isEmpty()) {
      return homeDerp;
    }
    return Endpoint.tryParse(legacyDerp)
        .filter(Endpoint::isDerp)
        .map(Endpoint::derpRegion)
        .orElse(0);
  }

  /** Whether the key expires at or before {@code now}, or the server says it has. */
  public boolean expiredAt(Instant now) {
    return expired || (WireTime.isSet(keyExpiry) && !now.isBefore(keyExpiry));
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.id = id;
    b.stableId = stableId;
    b.name = name;
    b.user = user;
    b.sharer = sharer;
    b.key = key;
    b.keyExpiry = keyExpiry;
    b.keySignature = keySignature;
    b.machine = machine;
    b.discoKey = discoKey;
    b.addresses = addresses;
    b.allowedIps = allowedIps;
    b.endpoints = endpoints;
    b.legacyDerp = legacyDerp;
    b.homeDerp = homeDerp;
    b.hostinfo = hostinfo;
    b.created = created;
    b.cap = cap;
    b.tags = tags;
    b.primaryRoutes = primaryRoutes;
    b.lastSeen = lastSeen;
    b.online = online;
    b.machineAuthorized = machineAuthorized;
    b.capabilities = capabilities;
    b.capMap = capMap;
    b.unsignedPeerApiOnly = unsignedPeerApiOnly;
    b.computedName = computedName;
    b.computedNameWithHost = computedNameWithHost;
    b.dataPlaneAuditLogId = dataPlaneAuditLogId;
    b.expired = expired;
    b.selfNodeV4MasqAddrForThisPeer = selfNodeV4MasqAddrForThisPeer;
    b.selfNodeV6MasqAddrForThisPeer = selfNodeV6MasqAddrForThisPeer;
    b.isWireGuardOnly = isWireGuardOnly;
    b.isJailed = isJailed;
    b.exitNodeDnsResolvers = exitNodeDnsResolvers;
    return b;
  }

  /**
   * Collects the members of a {@link Node}; setters are named after the members. Not thread-safe.
   */
  public static final class Builder {
    private long id;
    private String stableId = "";
    private String name = "";
    private long user;
    private long sharer;
    private NodeKey key = NodeKey.zero();
    private @Nullable Instant keyExpiry;
    private @Nullable Octets keySignature;
    private MachineKey machine = MachineKey.zero();
    private DiscoKey discoKey = DiscoKey.zero();
    private List<IpPrefix> addresses = List.of();
    private @Nullable List<IpPrefix> allowedIps;
    private List<Endpoint> endpoints = List.of();
    private String legacyDerp = "";
    private int homeDerp;
    private @Nullable Hostinfo hostinfo;
    private @Nullable Instant created;
    private int cap;
    private List<String> tags = List.of();
    private List<IpPrefix> primaryRoutes = List.of();
    private @Nullable Instant lastSeen;
    private @Nullable Boolean online;
    private boolean machineAuthorized;
    private List<String> capabilities = List.of();
    private Map<String, List<JsonNode>> capMap = Map.of();
    private boolean unsignedPeerApiOnly;
    private String computedName = "";
    private String computedNameWithHost = "";
    private String dataPlaneAuditLogId = "";
    private boolean expired;
    private @Nullable IpAddress selfNodeV4MasqAddrForThisPeer;
    private @Nullable IpAddress selfNodeV6MasqAddrForThisPeer;
    private boolean isWireGuardOnly;
    private boolean isJailed;
    private List<Resolver> exitNodeDnsResolvers = List.of();

    private Builder() {}

    public Builder id(long value) {
      id = value;
      return this;
    }

    public Builder stableId(String value) {
      stableId = value;
      return this;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder user(long value) {
      user = value;
      return this;
    }

    public Builder sharer(long value) {
      sharer = value;
      return this;
    }

    public Builder key(NodeKey value) {
      key = value;
      return this;
    }

    public Builder keyExpiry(@Nullable Instant value) {
      keyExpiry = value;
      return this;
    }

    public Builder keySignature(@Nullable Octets value) {
      keySignature = value;
      return this;
    }

    public Builder machine(MachineKey value) {
      machine = value;
      return this;
    }

    public Builder discoKey(DiscoKey value) {
      discoKey = value;
      return this;
    }

    public Builder addresses(List<IpPrefix> value) {
      addresses = value;
      return this;
    }

    public Builder allowedIps(@Nullable List<IpPrefix> value) {
      allowedIps = value;
      return this;
    }

    public Builder endpoints(List<Endpoint> value) {
      endpoints = value;
      return this;
    }

    public Builder legacyDerp(String value) {
      legacyDerp = value;
      return this;
    }

    public Builder homeDerp(int value) {
      homeDerp = value;
      return this;
    }

    public Builder hostinfo(@Nullable Hostinfo value) {
      hostinfo = value;
      return this;
    }

    public Builder created(@Nullable Instant value) {
      created = value;
      return this;
    }

    public Builder cap(int value) {
      cap = value;
      return this;
    }

    public Builder tags(List<String> value) {
      tags = value;
      return this;
    }

    public Builder primaryRoutes(List<IpPrefix> value) {
      primaryRoutes = value;
      return this;
    }

    public Builder lastSeen(@Nullable Instant value) {
      lastSeen = value;
      return this;
    }

    public Builder online(@Nullable Boolean value) {
      online = value;
      return this;
    }

    public Builder machineAuthorized(boolean value) {
      machineAuthorized = value;
      return this;
    }

    public Builder capabilities(List<String> value) {
      capabilities = value;
      return this;
    }

    public Builder capMap(Map<String, List<JsonNode>> value) {
      capMap = value;
      return this;
    }

    public Builder unsignedPeerApiOnly(boolean value) {
      unsignedPeerApiOnly = value;
      return this;
    }

    public Builder computedName(String value) {
      computedName = value;
      return this;
    }

    public Builder computedNameWithHost(String value) {
      computedNameWithHost = value;
      return this;
    }

    public Builder dataPlaneAuditLogId(String value) {
      dataPlaneAuditLogId = value;
      return this;
    }

    public Builder expired(boolean value) {
      expired = value;
      return this;
    }

    public Builder selfNodeV4MasqAddrForThisPeer(@Nullable IpAddress value) {
      selfNodeV4MasqAddrForThisPeer = value;
      return this;
    }

    public Builder selfNodeV6MasqAddrForThisPeer(@Nullable IpAddress value) {
      selfNodeV6MasqAddrForThisPeer = value;
      return this;
    }

    public Builder isWireGuardOnly(boolean value) {
      isWireGuardOnly = value;
      return this;
    }

    public Builder isJailed(boolean value) {
      isJailed = value;
      return this;
    }

    public Builder exitNodeDnsResolvers(List<Resolver> value) {
      exitNodeDnsResolvers = value;
      return this;
    }

    public Node build() {
      return new Node(
          id,
          stableId,
          name,
          user,
          sharer,
          key,
          keyExpiry,
          keySignature,
          machine,
          discoKey,
          addresses,
          allowedIps,
          endpoints,
          legacyDerp,
          homeDerp,
          hostinfo,
          created,
          cap,
          tags,
          primaryRoutes,
          lastSeen,
          online,
          machineAuthorized,
          capabilities,
          capMap,
          unsignedPeerApiOnly,
          computedName,
          computedNameWithHost,
          dataPlaneAuditLogId,
          expired,
          selfNodeV4MasqAddrForThisPeer,
          selfNodeV6MasqAddrForThisPeer,
          isWireGuardOnly,
          isJailed,
          exitNodeDnsResolvers);
    }
  }
}
