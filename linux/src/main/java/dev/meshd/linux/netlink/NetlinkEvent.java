package dev.meshd.linux.netlink;

/** One change of the host's network, as the kernel announced it. */
public sealed interface NetlinkEvent {
  /** An interface is new or has other flags, another MTU or another name. */
  record LinkChanged(Link link) implements NetlinkEvent {}

  record LinkRemoved(Link link) implements NetlinkEvent {}

  /** An address is new or has other flags. */
  record AddressAdded(InterfaceAddress address) implements NetlinkEvent {}

  record AddressRemoved(InterfaceAddress address) implements NetlinkEvent {}

  record RouteAdded(Route route) implements NetlinkEvent {}

  record RouteRemoved(Route route) implements NetlinkEvent {}

  /** Announcements were lost; whoever keeps state must read it anew. */
  record Overrun() implements NetlinkEvent {}
}
