package dev.meshd.engine;

import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.magicsock.disco.DiscoEnvelope;
import dev.meshd.magicsock.disco.DiscoMessage;
import dev.meshd.packet.Endpoint;
import java.util.List;
import java.util.Optional;

/**
 * Receives disco messages and gives them to the peers they concern.
 *
 * <p>In order: the sender's key must belong to a peer (no cryptography for strangers); the box must
 * open; the message must be one we act on; a call-me-maybe must have come by relay. What came by
 * relay must also carry the disco key of the node the relay says it came from.
 *
 * <p>Owned by the engine loop.
 */
final class DiscoInbox {

  private final PeerDirectory peers;
  private final DiscoPort port;
  private final DropCounts drops;

  DiscoInbox(PeerDirectory peers, DiscoPort port, DropCounts drops) {
    this.peers = peers;
    this.port = port;
    this.drops = drops;
  }

  /** A datagram that came over UDP. */
  void onUdp(Endpoint from, byte[] datagram, long nowNs) {
    Optional<DiscoKey> sender = DiscoEnvelope.sender(datagram);
    List<MeshLink> links = sender.map(peers::byDisco).orElse(List.of());
    if (links.isEmpty()) {
      drops.add(DiscoDrop.UNKNOWN_SENDER);
      return;
    }
    Optional<DiscoMessage> message = port.box().open(sender.orElseThrow(), datagram);
    if (message.isEmpty()) {
      drops.add(DiscoDrop.UNREADABLE);
      return;
    }
    switch (message.get()) {
      case DiscoMessage.Ping ping -> onUdpPing(links, from, ping, nowNs);
      case DiscoMessage.Pong pong -> links.forEach(link -> link.onPong(pong.txId(), true, nowNs));
      case DiscoMessage.CallMeMaybe _ -> drops.add(DiscoDrop.WRONG_TRANSPORT);
      case DiscoMessage.Unsupported _ -> drops.add(DiscoDrop.UNSUPPORTED);
    }
  }

  /** A packet that a relay brought from {@code source}. */
  void onRelayed(int region, NodeKey source, byte[] datagram, long nowNs) {
    Optional<MeshLink> link = peers.byKey(source);
    Optional<DiscoKey> sender = DiscoEnvelope.sender(datagram);
    if (link.isEmpty() || sender.isEmpty()) {
      drops.add(DiscoDrop.UNKNOWN_SENDER);
      return;
    }
    if (!link.get().peer().disco().equals(sender.get())) {
      drops.add(DiscoDrop.KEY_MISMATCH);
      return;
    }
    Optional<DiscoMessage> message = port.box().open(sender.get(), datagram);
    if (message.isEmpty()) {
      drops.add(DiscoDrop.UNREADABLE);
      return;
    }
    MeshLink peer = link.get();
    switch (message.get()) {
      case DiscoMessage.Ping ping ->
          port.pong(peer.peer(), Endpoint.derp(region), ping.txId(), nowNs);
      case DiscoMessage.Pong pong -> peer.onPong(pong.txId(), false, nowNs);
      case DiscoMessage.CallMeMaybe call -> peer.onCallMeMaybe(call.endpoints(), nowNs);
      case DiscoMessage.Unsupported _ -> drops.add(DiscoDrop.UNSUPPORTED);
    }
  }

  /**
   * Every node with this disco key may have sent the ping, so each learns the address; one of them,
   * the one it names if it is among them, is answered.
   */
  private void onUdpPing(List<MeshLink> links, Endpoint from, DiscoMessage.Ping ping, long nowNs) {
    boolean fresh = true;
    for (MeshLink link : links) {
      fresh &= link.onPing(from, ping.txId(), nowNs);
    }
    if (fresh) {
      MeshLink named =
          links.stream()
              .filter(link -> ping.claimedNode().filter(link.peer().key()::equals).isPresent())
              .findFirst()
              .orElse(links.getFirst());
      port.pong(named.peer(), from, ping.txId(), nowNs);
    }
  }
}
