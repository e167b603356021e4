package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.Outbound;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.linux.BootClock;
import dev.meshd.linux.Poller;
import dev.meshd.tun.TunDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The sealing thread: takes packets from the host in batches, puts them through {@link Outbound},
 * and carries out what the engine commands in between.
 *
 * <p>Packets are read one behind the other into one slab, each with room for its transport header
 * in front, so that after sealing in place the datagrams lie back to back. A batch ends when the
 * host has nothing more, after {@value #BATCH_PACKETS} packets, or when the slab cannot take
 * another packet of any size; the interface's MTU may change at any time.
 */
final class TunReader implements Runnable {
  private static final int BATCH_PACKETS = 64;
  private static final int ROOM_FOR_ONE = Outbound.HEADROOM + TunDevice.MAX_MTU + Outbound.TAILROOM;

  /** A batch of packets of Ethernet size, or four of the largest. */
  private static final int SLAB_BYTES = 4 * ROOM_FOR_ONE;

  private final TunDevice tun;
  private final Outbound outbound;
  private final OutboundCommands commands;
  private final Runnable onTunGone;
  private final MemorySegment slab;

  /**
   * @param arena lives as long as the thread runs
   * @param onTunGone called when the interface has disappeared under us
   */
  TunReader(
      TunDevice tun,
      Outbound outbound,
      OutboundCommands commands,
      Arena arena,
      Runnable onTunGone) {
    this.tun = tun;
    this.outbound = outbound;
    this.commands = commands;
    this.onTunGone = onTunGone;
    this.slab = arena.allocate(SLAB_BYTES, 64);
  }

  @Override
  public void run() {
    boolean more = false;
    while (!tun.isClosed()) {
      if (!more) {
        tun.awaitReadable(Poller.FOREVER);
      }
      long nowNs = BootClock.nowNs();
      commands.drainTo(outbound, nowNs);
      more = readBatch(nowNs);
    }
  }

  /** Carries one batch; true when the host may have more. */
  private boolean readBatch(long nowNs) {
    long end = 0;
    for (int packets = 0; packets < BATCH_PACKETS && end + ROOM_FOR_ONE <= SLAB_BYTES; packets++) {
      int length = tun.read(slab, end + Outbound.HEADROOM, TunDevice.MAX_MTU);
      if (length <= 0) {
        outbound.flush();
        if (length == TunDevice.CLOSED && !tun.isClosed()) {
          onTunGone.run();
          tun.close();
        }
        return false;
      }
      end += outbound.packet(slab, end + Outbound.HEADROOM, length, nowNs);
    }
    outbound.flush();
    return true;
  }
}
