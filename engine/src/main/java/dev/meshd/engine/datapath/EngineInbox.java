package dev.meshd.engine.datapath;

import dev.meshd.packet.Endpoint;
import java.lang.foreign.MemorySegment;

/**
 * Where datagrams go that are not transport data: handshakes, disco, STUN, noise. Called by the
 * opening thread.
 */
public interface EngineInbox {
  /**
   * Copies the datagram for the engine loop, or drops and counts it when too many are waiting. Does
   * not block.
   *
   * @param memory borrowed until return
   */
  void datagram(MemorySegment memory, long offset, int length, Endpoint from);
}
