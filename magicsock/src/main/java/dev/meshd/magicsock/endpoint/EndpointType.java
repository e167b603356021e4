package dev.meshd.magicsock.endpoint;

/** How a node learned one of its own addresses. */
public enum EndpointType {
  UNKNOWN(0),
  /** An interface address. */
  LOCAL(1),
  /** An address that a STUN server saw. */
  STUN(2),
  /** A mapping that the router granted on request. */
  PORT_MAPPED(3),
  /** The address STUN saw with our own port: a guess for routers with a manual port forward. */
  STUN_LOCAL_PORT(4),
  /** Named in the configuration. */
  EXPLICIT(5);

  private final int wireValue;

  EndpointType(int wireValue) {
    this.wireValue = wireValue;
  }

  /** The number in {@code MapRequest.EndpointTypes}. */
  public int wireValue() {
    return wireValue;
  }
}
