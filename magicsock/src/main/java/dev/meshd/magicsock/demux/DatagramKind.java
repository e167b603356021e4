package dev.meshd.magicsock.demux;

/** What a received UDP datagram looks like from its first bytes. */
public enum DatagramKind {
  /** A STUN binding answer, for netcheck. */
  STUN,
  /** A disco envelope. */
  DISCO,
  /** A disco envelope behind a Geneve header, from a UDP relay. */
  RELAYED_DISCO,
  /** A WireGuard message behind a Geneve header, from a UDP relay. */
  RELAYED_WIREGUARD,
  /** Anything else, which WireGuard judges by its own type byte. */
  WIREGUARD
}
