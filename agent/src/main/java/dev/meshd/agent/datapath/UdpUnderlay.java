package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.UnderlaySink;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.WireGuardPeer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends sealed datagrams to where their path says: through the socket of the endpoint's family, to
 * a relay, or both. Owned by the tun-reader; only {@link #usePorts} may come from another thread.
 */
final class UdpUnderlay implements UnderlaySink {
  private final RelaySink relays;
  private final DropCounters drops;
  private volatile @Nullable UdpPorts wanted;

  private @Nullable UdpPorts ports;
  private SocketBatch v4;
  private SocketBatch v6;

  UdpUnderlay(@Nullable UdpPorts ports, RelaySink relays, DropCounters drops) {
    this.relays = relays;
    this.drops = drops;
    this.wanted = ports;
    this.ports = ports;
    this.v4 = batch(ports, false);
    this.v6 = batch(ports, true);
  }

  private SocketBatch batch(@Nullable UdpPorts ports, boolean forV6) {
    if (ports == null) {
      return new SocketBatch(null, drops);
    }
    return new SocketBatch((forV6 ? ports.v6() : ports.v4()).orElse(null), drops);
  }

  /** Sends by other sockets, or none, from the next datagram on. */
  void usePorts(@Nullable UdpPorts ports) {
    wanted = ports;
  }

  @Override
  public void datagram(
      MemorySegment memory, long offset, int length, WireGuardPeer peer, PeerPath path) {
    if (wanted != ports) {
      changePorts();
    }
    Endpoint to = path.endpoint();
    if (to != null) {
      (to.address().isV4() ? v4 : v6).add(memory, offset, length, to);
    }
    if (path.usesDerp()
        && !relays.send(path.derpRegion(), peer.publicKey(), memory, offset, length)
        && to == null) {
      drops.count(DropReason.UNDERLAY_SEND_FAILED);
    }
  }

  private void changePorts() {
    flush();
    ports = wanted;
    v4 = batch(ports, false);
    v6 = batch(ports, true);
  }

  @Override
  public void flush() {
    v4.flush();
    v6.flush();
  }
}
