package dev.meshd.fuzz.reader;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.engine.EngineOutput;
import dev.meshd.engine.NetInfo;
import dev.meshd.engine.PingResult;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a node under test sends and forgets the rest. */
public final class Quiet implements EngineOutput {

  /** A datagram, or a packet by relay when {@code to} is a relay's pseudo endpoint. */
  public record Sent(Endpoint to, byte[] bytes) {}

  public final List<Sent> sent = new ArrayList<>();

  @Override
  public void sendUdp(Endpoint to, byte[] datagram) {
    sent.add(new Sent(to, datagram));
  }

  @Override
  public void sendDerp(int region, NodeKey to, byte[] packet) {
    sent.add(new Sent(Endpoint.derp(region), packet));
  }

  @Override
  public void connectDerp(DerpRegion region) {}

  @Override
  public void closeDerp(int region) {}

  @Override
  public void homeRegionChanged(int region) {}

  @Override
  public void resolve(String host) {}

  @Override
  public void measureHttps(DerpRegion region) {}

  @Override
  public void endpointsChanged(List<TypedEndpoint> endpoints) {}

  @Override
  public void netInfoChanged(NetInfo netInfo) {}

  @Override
  public void pingAnswered(PingResult result) {}

  @Override
  public void pathChanged(NodeKey peer, Endpoint via) {}

  @Override
  public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {}

  @Override
  public void flushStaged(WireGuardPeer peer) {}

  @Override
  public void dropStaged(WireGuardPeer peer) {}
}
