package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.magicsock.disco.DiscoBox;
import dev.meshd.magicsock.disco.DiscoMessage;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import java.util.List;
import java.util.Optional;

/** Sends disco messages to peers, over UDP or by relay. Owned by the engine loop. */
final class DiscoPort {

  private final NodeKey self;
  private final DiscoBox box;
  private final RelayUse relays;
  private final EngineOutput out;

  DiscoPort(NodeKey self, DiscoBox box, RelayUse relays, EngineOutput out) {
    this.self = self;
    this.box = box;
    this.relays = relays;
    this.out = out;
  }

  DiscoBox box() {
    return box;
  }

  /** A ping names our node key, so that nodes that share a disco key can be told apart. */
  void ping(MeshPeer peer, Endpoint to, TxId txId, int padding, long nowNs) {
    send(peer, to, new DiscoMessage.Ping(txId, Optional.of(self), padding), nowNs);
  }

  /** Answers a ping on the way it came. */
  void pong(MeshPeer peer, Endpoint to, TxId txId, long nowNs) {
    send(peer, to, new DiscoMessage.Pong(txId, to), nowNs);
  }

  /**
   * Tells a peer where we are, by its relay. An empty list would withdraw what it knows, so nothing
   * is sent while we know nothing.
   */
  void callMeMaybe(MeshPeer peer, List<Endpoint> own, long nowNs) {
    int region = relays.regionFor(peer);
    if (region != 0 && !own.isEmpty()) {
      send(peer, Endpoint.derp(region), new DiscoMessage.CallMeMaybe(own), nowNs);
    }
  }

  private void send(MeshPeer peer, Endpoint to, DiscoMessage message, long nowNs) {
    box.seal(peer.disco(), message)
        .ifPresent(
            datagram -> {
              if (to.isDerp()) {
                relays.use(to.derpRegion(), nowNs);
                out.sendDerp(to.derpRegion(), peer.key(), datagram);
              } else {
                out.sendUdp(to, datagram);
              }
            });
  }
}
