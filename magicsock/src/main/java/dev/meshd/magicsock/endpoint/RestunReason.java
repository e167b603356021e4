package dev.meshd.magicsock.endpoint;

/** Why this node measures its endpoints again. */
public enum RestunReason {
  STARTED,
  PERIODIC,
  RELAY_MAP_CHANGED,
  RELAY_LOST,
  NETWORK_CHANGED,
  /** A peer is to be called but the endpoints were confirmed too long ago. */
  PEERING
}
