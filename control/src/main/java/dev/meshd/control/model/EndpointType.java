package dev.meshd.control.model;

/** How a node learned one of its UDP endpoints; a number on the wire. */
public enum EndpointType {
  /** Not said. */
  UNKNOWN(0),
  /** An address of one of the machine's interfaces. */
  LOCAL(1),
  /** The address a STUN server saw. */
  STUN(2),
  /** A port mapping made by the gateway. */
  PORT_MAPPED(3),
  /** Behind a mapping that varies by destination: the STUN address with the fixed local port. */
  STUN4_LOCAL_PORT(4),
  /** Given by configuration. */
  EXPLICIT(5);

  private final int wire;

  EndpointType(int wire) {
    this.wire = wire;
  }

  /** The number on the wire. */
  public int wire() {
    return wire;
  }

  /** Total: a number that nobody defined is {@link #UNKNOWN}. */
  public static EndpointType fromWire(int wire) {
    for (EndpointType type : values()) {
      if (type.wire == wire) {
        return type;
      }
    }
    return UNKNOWN;
  }
}
