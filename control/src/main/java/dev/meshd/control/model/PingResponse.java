package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Result of a probe that a {@link PingRequest} asked for. */
public record PingResponse(
    @JsonProperty("Type") @Always String type,
    @JsonProperty("IP") String ip,
    @JsonProperty("NodeIP") String nodeIp,
    @JsonProperty("NodeName") String nodeName,
    @JsonProperty("Err") String err,
    @JsonProperty("LatencySeconds") double latencySeconds,
    @JsonProperty("Endpoint") String endpoint,
    @JsonProperty("PeerRelay") String peerRelay,
    @JsonProperty("DERPRegionID") int derpRegionId,
    @JsonProperty("DERPRegionCode") String derpRegionCode,
    @JsonProperty("PeerAPIPort") int peerApiPort,
    @JsonProperty("IsLocalIP") boolean isLocalIp) {

  /** Absent and null members become the empty value; collections are copied. */
  public PingResponse {
    type = Absent.text(type);
    ip = Absent.text(ip);
    nodeIp = Absent.text(nodeIp);
    nodeName = Absent.text(nodeName);
    err = Absent.text(err);
    endpoint = Absent.text(endpoint);
    peerRelay = Absent.text(peerRelay);
    derpRegionCode = Absent.text(derpRegionCode);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.type = type;
    b.ip = ip;
    b.nodeIp = nodeIp;
    b.nodeName = nodeName;
    b.err = err;
    b.latencySeconds = latencySeconds;
    b.endpoint = endpoint;
    b.peerRelay = peerRelay;
    b.derpRegionId = derpRegionId;
    b.derpRegionCode = derpRegionCode;
    b.peerApiPort = peerApiPort;
    b.isLocalIp = isLocalIp;
    return b;
  }

  /**
   * Collects the members of a {@link PingResponse}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private String type = "";
    private String ip = "";
    private String nodeIp = "";
    private String nodeName = "";
    private String err = "";
    private double latencySeconds;
    private String endpoint = "";
    private String peerRelay = "";
    private int derpRegionId;
    private String derpRegionCode = "";
    private int peerApiPort;
    private boolean isLocalIp;

    private Builder() {}

    public Builder type(String value) {
      type = value;
      return this;
    }

    public Builder ip(String value) {
      ip = value;
      return this;
    }

    public Builder nodeIp(String value) {
      nodeIp = value;
      return this;
    }

    public Builder nodeName(String value) {
      nodeName = value;
      return this;
    }

    public Builder err(String value) {
      err = value;
      return this;
    }

    public Builder latencySeconds(double value) {
      latencySeconds = value;
      return this;
    }

    public Builder endpoint(String value) {
      endpoint = value;
      return this;
    }

    public Builder peerRelay(String value) {
      peerRelay = value;
      return this;
    }

    public Builder derpRegionId(int value) {
      derpRegionId = value;
      return this;
    }

    public Builder derpRegionCode(String value) {
      derpRegionCode = value;
      return this;
    }

    public Builder peerApiPort(int value) {
      peerApiPort = value;
      return this;
    }

    public Builder isLocalIp(boolean value) {
      isLocalIp = value;
      return this;
    }

    public PingResponse build() {
      return new PingResponse(
          type,
          ip,
          nodeIp,
          nodeName,
          err,
          latencySeconds,
          endpoint,
          peerRelay,
          derpRegionId,
          derpRegionCode,
          peerApiPort,
          isLocalIp);
    }
  }
}
