package dev.meshd.engine;

import dev.meshd.crypto.DiscoKey;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns the network map into peers, touching only what differs.
 *
 * <table>
 *   <caption>What a difference leads to</caption>
 *   <tr><th>change</th><th>effect</th></tr>
 *   <tr><td>node key</td><td>another node: the old peer goes with its session, a new one comes</td></tr>
 *   <tr><td>disco key</td><td>the peer restarted: its session is void, its paths are tried afresh</td></tr>
 *   <tr><td>disco key now zero</td><td>the peer goes</td></tr>
 *   <tr><td>endpoints</td><td>candidates follow; a conversation under way tries them at once</td></tr>
 *   <tr><td>home region</td><td>packets by relay take the new way</td></tr>
 *   <tr><td>expired</td><td>the peer goes, and comes back when its key is renewed</td></tr>
 * </table>
 *
 * <p>Two ids with one node key are a server's mistake: the second is ignored. Owned by the engine
 * loop.
 */
final class NetmapApplier {

  private final WireGuardDevice device;
  private final PeerDirectory peers;
  private final LinkServices services;

  NetmapApplier(WireGuardDevice device, PeerDirectory peers, LinkServices services) {
    this.device = device;
    this.peers = peers;
    this.services = services;
  }

  /** The full list of peers: those that are not in it go. */
  void apply(Collection<MeshPeer> all, long nowNs, WireGuardOutput out) {
    Set<Long> listed = new HashSet<>();
    all.forEach(peer -> listed.add(peer.id()));
    List<Long> gone =
        peers.all().stream()
            .map(link -> link.peer().id())
            .filter(id -> !listed.contains(id))
            .toList();
    change(all, gone, nowNs, out);
  }

  /** A part of the list: new or changed peers, and ids of peers that are gone. */
  void change(
      Collection<MeshPeer> changed, Collection<Long> gone, long nowNs, WireGuardOutput out) {
    device.changeTogether(
        () -> {
          for (long id : gone) {
            peers.byId(id).ifPresent(link -> remove(link, out));
          }
          for (MeshPeer peer : changed) {
            upsert(peer, nowNs, out);
          }
        });
  }

  private void upsert(MeshPeer next, long nowNs, WireGuardOutput out) {
    Optional<MeshLink> known = peers.byId(next.id());
    boolean usable =
        !next.disco().isZero() && !next.expired() && !next.key().equals(device.publicKey());
    if (known.isPresent() && (!usable || !known.get().peer().key().equals(next.key()))) {
      remove(known.get(), out);
      known = Optional.empty();
    }
    if (!usable) {
      return;
    }
    if (known.isPresent()) {
      update(known.get(), next, nowNs, out);
    } else if (peers.byKey(next.key()).isEmpty()) {
      add(next, nowNs);
    }
  }

  private void add(MeshPeer peer, long nowNs) {
    WireGuardPeer session = device.addPeer(peer.key(), nowNs);
    MeshLink link = new MeshLink(peer, session, services);
    peers.add(link);
    link.start(nowNs);
    // Last, because from here on the data path finds the peer.
    device.setAllowedIps(session, peer.allowedIps());
  }

  private void update(MeshLink link, MeshPeer next, long nowNs, WireGuardOutput out) {
    MeshPeer before = link.peer();
    if (next.equals(before)) {
      return;
    }
    boolean restarted = !next.disco().equals(before.disco());
    if (restarted) {
      peers.rekey(link, before.disco(), next.disco());
      forgetIfUnused(before.disco());
      device.onPeerRestarted(link.session(), nowNs);
    }
    if (!next.allowedIps().equals(before.allowedIps())) {
      device.setAllowedIps(link.session(), next.allowedIps());
    }
    link.update(next, nowNs);
    if (restarted && link.isActive()) {
      device.startHandshake(link.session(), nowNs, out);
    }
  }

  private void remove(MeshLink link, WireGuardOutput out) {
    peers.remove(link);
    services.deadlines().set(link, OptionalLong.empty());
    services.active().remove(link);
    services.relays().forget(link.peer().key());
    forgetIfUnused(link.peer().disco());
    device.removePeer(link.session(), out);
  }

  private void forgetIfUnused(DiscoKey key) {
    if (peers.byDisco(key).isEmpty()) {
      services.disco().box().forget(key);
    }
  }
}
