package dev.meshd.agent.node;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.engine.EngineOutput;
import dev.meshd.engine.NetInfo;
import dev.meshd.engine.PingResult;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Does what the engine asks for. Owned by the engine loop. */
final class EngineEffects implements EngineOutput {
  private final DatagramSender sender;
  private final RelayConnections relays;
  private final RelayProbes probes;
  private final Supplier<OutboundCommands> sealer;
  private final Consumer<PingResult> pings;
  private final NodeEvents events;

  /**
   * @param sealer asked for only once the data path exists
   */
  EngineEffects(
      DatagramSender sender,
      RelayConnections relays,
      RelayProbes probes,
      Supplier<OutboundCommands> sealer,
      Consumer<PingResult> pings,
      NodeEvents events) {
    this.sender = sender;
    this.relays = relays;
    this.probes = probes;
    this.sealer = sealer;
    this.pings = pings;
    this.events = events;
  }

  @Override
  public void sendUdp(Endpoint to, byte[] datagram) {
    sender.send(to, datagram);
  }

  @Override
  public void sendDerp(int region, NodeKey to, byte[] packet) {
    relays.send(region, to, packet);
  }

  @Override
  public void connectDerp(DerpRegion region) {
    relays.connect(region);
  }

  @Override
  public void closeDerp(int region) {
    relays.close(region);
  }

  @Override
  public void homeRegionChanged(int region) {
    relays.homeChanged(region);
    events.homeRegionChanged(region);
  }

  @Override
  public void resolve(String host) {
    probes.resolve(host);
  }

  @Override
  public void measureHttps(DerpRegion region) {
    probes.measure(region);
  }

  @Override
  public void endpointsChanged(List<TypedEndpoint> endpoints) {
    events.endpointsChanged(endpoints);
  }

  @Override
  public void netInfoChanged(NetInfo netInfo) {
    events.netInfoChanged(netInfo);
  }

  @Override
  public void pingAnswered(PingResult result) {
    pings.accept(result);
  }

  @Override
  public void pathChanged(NodeKey peer, Endpoint via) {
    events.pathChanged(peer, via);
  }

  @Override
  public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {
    sealer.get().sendKeepalive(peer, oweAnother);
  }

  @Override
  public void flushStaged(WireGuardPeer peer) {
    sealer.get().flushStaged(peer);
  }

  @Override
  public void dropStaged(WireGuardPeer peer) {
    sealer.get().dropStaged(peer);
  }
}
