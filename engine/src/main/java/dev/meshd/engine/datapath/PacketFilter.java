package dev.meshd.engine.datapath;

import java.lang.foreign.MemorySegment;

/**
 * What may pass between the host and the tunnel. Outbound is asked by the sealing thread, inbound
 * by the opening thread, possibly at the same time. The packet has been checked to be IPv4 or IPv6
 * of exactly the given length. Does not allocate.
 */
public interface PacketFilter {
  /** Lets everything pass, as plain WireGuard does. */
  PacketFilter NONE =
      new PacketFilter() {
        @Override
        public boolean allowsOutbound(MemorySegment memory, long offset, int length, long nowNs) {
          return true;
        }

        @Override
        public boolean allowsInbound(MemorySegment memory, long offset, int length, long nowNs) {
          return true;
        }
      };

  /** Whether a packet of this host may leave; also notes its flow, so that replies are let in. */
  boolean allowsOutbound(MemorySegment memory, long offset, int length, long nowNs);

  /** Whether a packet from a peer, whose source address is allowed, may enter. */
  boolean allowsInbound(MemorySegment memory, long offset, int length, long nowNs);
}
