package dev.meshd.agent.localapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * The answer to one ping.
 *
 * @param err why there was no pong; empty when there was one
 * @param endpoint the direct address that answered, or empty
 * @param derpRegionId the relay region it came through, or 0
 * @see "tailscale: ipn/ipnstate/ipnstate.go, PingResult"
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
public record PingResult(
    @JsonProperty("IP") String ip,
    @JsonProperty("NodeIP") String nodeIp,
    String nodeName,
    String err,
    double latencySeconds,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String endpoint,
    @JsonProperty("DERPRegionID") @JsonInclude(JsonInclude.Include.NON_DEFAULT) int derpRegionId,
    @JsonProperty("DERPRegionCode") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        String derpRegionCode,
    @JsonProperty("IsLocalIP") @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean isLocalIp) {

  public PingResult {
    ip = ip == null ? "" : ip;
    nodeIp = nodeIp == null ? "" : nodeIp;
    nodeName = nodeName == null ? "" : nodeName;
    err = err == null ? "" : err;
    endpoint = endpoint == null ? "" : endpoint;
    derpRegionCode = derpRegionCode == null ? "" : derpRegionCode;
  }

  /** A ping that could not be answered, and why. */
  public static PingResult failed(String ip, String reason) {
    return new PingResult(ip, "", "", reason, 0, "", 0, "", false);
  }
}
