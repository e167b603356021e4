package dev.meshd.agent.datapath;

import dev.meshd.crypto.NodeKey;
import java.lang.foreign.MemorySegment;

/** Takes sealed datagrams that go by a relay. Called by the tun-reader. */
@FunctionalInterface
public interface RelaySink {
  /** For a node without relays; nothing arrives here, as no path names one. */
  RelaySink NONE = (region, to, memory, offset, length) -> false;

  /**
   * Copies the datagram into the relay connection's bounded queue. Does not block.
   *
   * @param memory borrowed until return
   * @return false if it was dropped: no connection to that region, or its queue is full
   */
  boolean send(int region, NodeKey to, MemorySegment memory, long offset, int length);
}
