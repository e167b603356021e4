package dev.meshd.engine.datapath;

import java.lang.foreign.MemorySegment;

/** Where opened packets go: into this host. Called by the opening thread. */
public interface OverlaySink {
  /**
   * Takes an IP packet, to be delivered at the latest on {@link #flush}. The memory stays as it is
   * until then.
   */
  void packet(MemorySegment memory, long offset, int length);

  /** Delivers everything taken so far; the memory is the caller's again on return. */
  void flush();
}
