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
 * What {@code GET status} answers.
 *
 * @param tun whether there is a TUN interface on the host
 * @param backendState {@link BackendState#text()}
 * @param authUrl where the user has to log in, or empty
 * @param ips this node's own addresses
 * @param health one text per condition that needs attention
 * @param peer by the text of the node key
 * @param user by decimal user ID
 * @see "tailscale: ipn/ipnstate/ipnstate.go, Status"
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
public record Status(
    String version,
    @JsonProperty("TUN") boolean tun,
    String backendState,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean haveNodeKey,
    @JsonProperty("AuthURL") String authUrl,
    @JsonProperty("TailscaleIPs") List<String> ips,
    @Nullable PeerStatus self,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode exitNodeStatus,
    List<String> health,
    @JsonProperty("MagicDNSSuffix") String magicDnsSuffix,
    @Nullable Tailnet currentTailnet,
    List<String> certDomains,
    Map<String, PeerStatus> peer,
    Map<String, UserProfile> user,
    @Nullable JsonNode clientVersion) {

  public Status {
    version = version == null ? "" : version;
    backendState = backendState == null ? BackendState.NO_STATE.text() : backendState;
    authUrl = authUrl == null ? "" : authUrl;
    ips = ips == null ? List.of() : List.copyOf(ips);
    health = health == null ? List.of() : List.copyOf(health);
    magicDnsSuffix = magicDnsSuffix == null ? "" : magicDnsSuffix;
    certDomains = certDomains == null ? List.of() : List.copyOf(certDomains);
    peer = peer == null ? Map.of() : Map.copyOf(peer);
    user = user == null ? Map.of() : Map.copyOf(user);
  }

  /** The network this node is logged in to. */
  @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
  public record Tailnet(
      String name,
      @JsonProperty("MagicDNSSuffix") String magicDnsSuffix,
      @JsonProperty("MagicDNSEnabled") boolean magicDnsEnabled) {}

  /** An owner of nodes. */
  @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
  public record UserProfile(
      @JsonProperty("ID") long id,
      String loginName,
      String displayName,
      @JsonProperty("ProfilePicURL") @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String profilePicUrl) {}

  public BackendState state() {
    return BackendState.fromText(backendState).orElse(BackendState.NO_STATE);
  }

  public Optional<PeerStatus> selfNode() {
    return Optional.ofNullable(self);
  }
}
