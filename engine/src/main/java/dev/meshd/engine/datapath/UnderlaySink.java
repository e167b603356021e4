package dev.meshd.engine.datapath;

import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.WireGuardPeer;
import java.lang.foreign.MemorySegment;

/**
 * Where sealed datagrams go. Called by the sealing thread.
 *
 * <p>Datagrams to one peer usually lie back to back in memory, so that an implementation can hand
 * several to the kernel at once. It loses what it cannot send, and counts it.
 */
public interface UnderlaySink {
  /**
   * Takes a datagram, to be sent at the latest on {@link #flush}. The memory stays as it is until
   * then.
   *
   * @param path not {@linkplain PeerPath#isNone() none}; a snapshot of this moment
   */
  void datagram(MemorySegment memory, long offset, int length, WireGuardPeer peer, PeerPath path);

  /** Sends everything taken so far; the memory is the caller's again on return. */
  void flush();
}
