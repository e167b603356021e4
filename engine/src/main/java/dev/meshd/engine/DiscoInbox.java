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
 * <p>In order: the sender's key must belong to a peer (no cryptography for strangers); the source
 * must not have had its share ({@link DiscoGate}); the box must open; the message must be one we
 * act on; a call-me-maybe must have come by relay. What came by relay must also carry the disco key
 * of the node the relay says it came from.
 *
 * <p>Owned by the engine loop.
 */
final class DiscoInbox {

  private final PeerDirectory peers;
  private final DiscoPort port;
  private final DropCounts drops;
  private final DiscoGate gate = new DiscoGate();

  DiscoInbox(PeerDirectory peers, DiscoPort port, DropCounts drops) {
    this.peers = peers;
    this.port = port;
    this.drops = drops;
  }

  /** A datagram that came over UDP. False if it was refused unopened: nothing has changed. */
  boolean onUdp(Endpoint from, byte[] datagram, long nowNs) {
    Optional<DiscoKey> sender = DiscoEnvelope.sender(datagram);
    List<MeshLink> links = sender.map(peers::byDisco).orElse(List.of());
    if (links.isEmpty()) {
      drops.add(DiscoDrop.UNKNOWN_SENDER);
      return false;
    }
    if (!gate.allowsUdp(from.address(), nowNs)) {
      drops.add(DiscoDrop.TOO_OFTEN);
      return false;
    }
    Optional<DiscoMessage> message = port.box().open(sender.orElseThrow(), datagram);
    if (message.isEmpty()) {
      drops.add(DiscoDrop.UNREADABLE);
      return false;
    }
    switch (message.get()) {
      case DiscoMessage.Ping ping -> onUdpPing(links, from, ping, nowNs);
      case DiscoMessage.Pong pong -> onUdpPong(links, pong, nowNs);
      case DiscoMessage.CallMeMaybe _ -> drops.add(DiscoDrop.WRONG_TRANSPORT);
      case DiscoMessage.Unsupported _ -> drops.add(DiscoDrop.UNSUPPORTED);
    }
    return true;
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
    if (!gate.allowsRelayed(source, nowNs)) {
      drops.add(DiscoDrop.TOO_OFTEN);
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
      case DiscoMessage.Pong pong -> {
        if (!peer.onPong(pong.txId(), false, nowNs)) {
          drops.add(DiscoDrop.PONG_UNEXPECTED);
        }
      }
      case DiscoMessage.CallMeMaybe call -> {
        if (gate.allowsCall(source, nowNs)) {
          peer.onCallMeMaybe(call.endpoints(), nowNs);
        } else {
          drops.add(DiscoDrop.CALLED_TOO_OFTEN);
        }
      }
      case DiscoMessage.Unsupported _ -> drops.add(DiscoDrop.UNSUPPORTED);
    }
  }

  /** Which of the nodes with this disco key we pinged, the pong itself says. */
  private void onUdpPong(List<MeshLink> links, DiscoMessage.Pong pong, long nowNs) {
    boolean expected = false;
    for (MeshLink link : links) {
      expected |= link.onPong(pong.txId(), true, nowNs);
    }
    if (!expected) {
      drops.add(DiscoDrop.PONG_UNEXPECTED);
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
