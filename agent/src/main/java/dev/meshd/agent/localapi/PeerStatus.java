package dev.meshd.agent.localapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node in the status: this one or a peer. Counters are bytes of tunnel payload since the daemon
 * started; times are RFC 3339, {@link Json#ZERO_TIME} when unknown.
 *
 * @param id stable ID, opaque text
 * @param nodeId numeric ID
 * @param dnsName full name with its trailing dot, or empty
 * @param addrs candidate endpoints, {@code ip:port}
 * @param curAddr the direct address in use, empty when there is none
 * @param relay code of the home relay region
 * @param online connected to the coordination server
 * @param active a packet was sent to it within the last two minutes
 * @param inEngine it has a WireGuard session or handshake under way
 * @see "tailscale: ipn/ipnstate/ipnstate.go, PeerStatus"
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
public record PeerStatus(
    @JsonProperty("ID") String id,
    @JsonProperty("NodeID") long nodeId,
    String publicKey,
    String hostName,
    @JsonProperty("DNSName") String dnsName,
    @JsonProperty("OS") String os,
    @JsonProperty("UserID") long userId,
    @JsonProperty("AltSharerUserID") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        long altSharerUserId,
    @JsonProperty("TailscaleIPs") List<String> ips,
    @JsonProperty("AllowedIPs") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> allowedIps,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tags,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> primaryRoutes,
    List<String> addrs,
    String curAddr,
    String relay,
    String peerRelay,
    long rxBytes,
    long txBytes,
    String created,
    String lastWrite,
    String lastSeen,
    String lastHandshake,
    boolean online,
    boolean exitNode,
    boolean exitNodeOption,
    boolean active,
    @JsonProperty("PeerAPIURL") List<String> peerApiUrl,
    int taildropTarget,
    String noFileSharingReason,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, JsonNode> capMap,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean shareeNode,
    boolean inNetworkMap,
    boolean inMagicSock,
    boolean inEngine,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expired,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String keyExpiry) {

  public PeerStatus {
    id = text(id);
    publicKey = text(publicKey);
    hostName = text(hostName);
    dnsName = text(dnsName);
    os = text(os);
    ips = list(ips);
    allowedIps = list(allowedIps);
    tags = list(tags);
    primaryRoutes = list(primaryRoutes);
    addrs = list(addrs);
    curAddr = text(curAddr);
    relay = text(relay);
    peerRelay = text(peerRelay);
    created = time(created);
    lastWrite = time(lastWrite);
    lastSeen = time(lastSeen);
    lastHandshake = time(lastHandshake);
    peerApiUrl = list(peerApiUrl);
    noFileSharingReason = text(noFileSharingReason);
    capMap = capMap == null ? Map.of() : Map.copyOf(capMap);
  }

  /** The first address, the one tables show. */
  public Optional<String> firstIp() {
    return ips.stream().findFirst();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static String time(@Nullable String value) {
    return value == null || value.isEmpty() ? Json.ZERO_TIME : value;
  }

  private static List<String> list(@Nullable List<String> value) {
    return value == null ? List.of() : List.copyOf(value);
  }
}
