package dev.meshd.engine.filter;

import java.util.Locale;

/** Why the filter dropped a packet. Each reason is a counter; {@link #label()} is its name. */
public enum FilterDrop {
  /** Shorter than any IP header. */
  TOO_SHORT,
  /** Not IP, inconsistent lengths, a header that does not fit, or a suspicious fragment. */
  UNKNOWN_PROTOCOL,
  /** To a multicast group: the overlay has none. */
  MULTICAST,
  /** To a link-local address other than the metadata service's. */
  LINK_LOCAL_UNICAST,
  /** To an address that is neither ours nor in a route we advertise. */
  NOT_LOCAL,
  /** No rule accepts it and it belongs to no flow of ours. */
  ACL;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
