package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.UnderlaySink;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.WireGuardPeer;
import java.lang.foreign.MemorySegment;

/**
 * Sends sealed datagrams to where their path says: through the socket of the endpoint's family, to
 * a relay, or both. Owned by the tun-reader.
 */
final class UdpUnderlay implements UnderlaySink {
  private final SocketBatch v4;
  private final SocketBatch v6;
  private final RelaySink relays;
  private final DropCounters drops;

  UdpUnderlay(UdpPorts ports, RelaySink relays, DropCounters drops) {
    this.v4 = new SocketBatch(ports.v4().orElse(null), drops);
    this.v6 = new SocketBatch(ports.v6().orElse(null), drops);
    this.relays = relays;
    this.drops = drops;
  }

  @Override
  public void datagram(
      MemorySegment memory, long offset, int length, WireGuardPeer peer, PeerPath path) {
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

  @Override
  public void flush() {
    v4.flush();
    v6.flush();
  }
}
