package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.ArrayList;
import java.util.List;

/** Keeps what an engine asked for, for a test to look at. */
final class RecordingEngineOutput implements EngineOutput {

  record Udp(Endpoint to, byte[] datagram) {}

  record Relayed(int region, NodeKey to, byte[] packet) {}

  final List<Udp> udp = new ArrayList<>();
  final List<Relayed> relayed = new ArrayList<>();
  final List<Integer> connects = new ArrayList<>();
  final List<Integer> closes = new ArrayList<>();
  final List<Integer> homes = new ArrayList<>();
  final List<List<TypedEndpoint>> endpoints = new ArrayList<>();
  final List<NetInfo> netInfos = new ArrayList<>();
  final List<PingResult> pings = new ArrayList<>();
  final List<Endpoint> paths = new ArrayList<>();

  @Override
  public void sendUdp(Endpoint to, byte[] datagram) {
    udp.add(new Udp(to, datagram));
  }

  @Override
  public void sendDerp(int region, NodeKey to, byte[] packet) {
    relayed.add(new Relayed(region, to, packet));
  }

  @Override
  public void connectDerp(DerpRegion region) {
    connects.add(region.id());
  }

  @Override
  public void closeDerp(int region) {
    closes.add(region);
  }

  @Override
  public void homeRegionChanged(int region) {
    homes.add(region);
  }

  @Override
  public void resolve(String host) {}

  @Override
  public void measureHttps(DerpRegion region) {}

  @Override
  public void endpointsChanged(List<TypedEndpoint> changed) {
    endpoints.add(changed);
  }

  @Override
  public void netInfoChanged(NetInfo netInfo) {
    netInfos.add(netInfo);
  }

  @Override
  public void pingAnswered(PingResult result) {
    pings.add(result);
  }

  @Override
  public void pathChanged(NodeKey peer, Endpoint via) {
    paths.add(via);
  }

  @Override
  public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {}

  @Override
  public void flushStaged(WireGuardPeer peer) {}

  @Override
  public void dropStaged(WireGuardPeer peer) {}

  void clear() {
    udp.clear();
    relayed.clear();
    connects.clear();
    closes.clear();
    paths.clear();
  }
}
