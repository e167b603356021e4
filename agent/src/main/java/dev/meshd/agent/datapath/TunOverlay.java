package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.OverlaySink;
import dev.meshd.tun.TunDevice;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import java.lang.foreign.MemorySegment;

/** Gives opened packets to the host, one write each. Owned by the udp-receiver. */
final class TunOverlay implements OverlaySink {
  private final TunDevice tun;
  private final DropCounters drops;

  TunOverlay(TunDevice tun, DropCounters drops) {
    this.tun = tun;
    this.drops = drops;
  }

  @Override
  public void packet(MemorySegment memory, long offset, int length) {
    if (!tun.write(memory, offset, length)) {
      drops.count(DropReason.OVERLAY_WRITE_FAILED);
    }
  }

  @Override
  public void flush() {
    // Every packet has been written.
  }
}
