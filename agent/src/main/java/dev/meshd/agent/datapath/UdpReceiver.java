package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.Inbound;
import dev.meshd.linux.BootClock;
import dev.meshd.linux.Poller;
import dev.meshd.linux.ReceiveBatch;
import dev.meshd.linux.UdpFd;
import dev.meshd.linux.WakeFd;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The opening thread: takes datagrams from both sockets and from the relays, and puts them through
 * {@link Inbound}.
 *
 * <p>The kernel may hand over datagrams of one sender glued together (UDP_GRO); they are opened
 * where they lie. A source is drained for at most {@value #MAX_ROUNDS} batches before the next has
 * its turn.
 */
final class UdpReceiver implements Runnable {
  private static final int BATCH_DATAGRAMS = 16;
  private static final int SLOT_BYTES = 65_536;
  private static final int MAX_ROUNDS = 4;
  private static final int RELAYED_PER_TURN = 64;

  private final RelayedPackets relayed;
  private final Inbound inbound;
  private final DropCounters drops;
  private final WakeFd wake;
  private final ReceiveBatch batch = new ReceiveBatch(BATCH_DATAGRAMS, SLOT_BYTES);
  private final MemorySegment relaySlab;
  private volatile @Nullable UdpPorts wanted;
  private volatile boolean stopping;

  /**
   * @param wake becomes readable when a relayed packet waits, the sockets are others or the thread
   *     is to stop
   * @param arena lives as long as the thread runs
   */
  UdpReceiver(
      @Nullable UdpPorts ports,
      RelayedPackets relayed,
      Inbound inbound,
      DropCounters drops,
      WakeFd wake,
      Arena arena) {
    this.wanted = ports;
    this.relayed = relayed;
    this.inbound = inbound;
    this.drops = drops;
    this.wake = wake;
    this.relaySlab = arena.allocate(SLOT_BYTES, 64);
  }

  @Override
  public void run() {
    while (!stopping) {
      receiveFrom(wanted);
    }
  }

  /** Receives until the sockets are to be others, or the thread is to end. */
  private void receiveFrom(@Nullable UdpPorts ports) {
    List<UdpFd> sockets = new ArrayList<>();
    if (ports != null) {
      ports.v4().ifPresent(sockets::add);
      ports.v6().ifPresent(sockets::add);
    }
    Poller poller = new Poller(sockets.size() + 1);
    int wakeIndex = poller.add(wake.fd());
    sockets.forEach(socket -> poller.add(socket.fd()));
    boolean more = false;
    while (!stopping && wanted == ports) {
      poller.poll(more ? 0 : Poller.FOREVER);
      more = false;
      if (poller.isReadable(wakeIndex)) {
        wake.drain();
      }
      long nowNs = BootClock.nowNs();
      for (int i = 0; i < sockets.size(); i++) {
        if (poller.isReadable(wakeIndex + 1 + i) && !receive(sockets.get(i), nowNs)) {
          stopping |= wanted == ports; // closed under us: nobody meant to go on with others
        }
      }
      more = receiveRelayed(nowNs);
    }
  }

  /** Receives from other sockets, or none; any thread. */
  void usePorts(@Nullable UdpPorts ports) {
    wanted = ports;
    wake.wake();
  }

  /** Ends the thread. */
  void stop() {
    stopping = true;
    wake.wake();
  }

  /** False if the socket was closed. */
  private boolean receive(UdpFd socket, long nowNs) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      int count = socket.receive(batch);
      for (int i = 0; i < count; i++) {
        open(i, nowNs);
      }
      inbound.flush();
      if (count < BATCH_DATAGRAMS) {
        return count != UdpFd.CLOSED;
      }
    }
    return true;
  }

  private void open(int index, long nowNs) {
    if (batch.isCutOff(index)) {
      drops.count(DropReason.TRUNCATED);
      return;
    }
    Endpoint from = batch.source(index);
    long offset = batch.offset(index);
    int length = batch.length(index);
    int segmentBytes = batch.segmentBytes(index) == 0 ? length : batch.segmentBytes(index);
    for (int at = 0; at < length; at += segmentBytes) {
      int size = Math.min(segmentBytes, length - at);
      inbound.datagram(batch.memory(), offset + at, size, from, nowNs);
    }
  }

  /** True when more wait. */
  private boolean receiveRelayed(long nowNs) {
    for (int i = 0; i < RELAYED_PER_TURN; i++) {
      HeapDatagram packet = relayed.poll();
      if (packet == null) {
        return false;
      }
      byte[] bytes = packet.bytes();
      if (bytes.length <= SLOT_BYTES) {
        MemorySegment.copy(bytes, 0, relaySlab, ValueLayout.JAVA_BYTE, 0, bytes.length);
        inbound.datagram(relaySlab, 0, bytes.length, packet.from(), nowNs);
        inbound.flush();
      }
    }
    return true;
  }
}
