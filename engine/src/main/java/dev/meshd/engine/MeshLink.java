package dev.meshd.engine;

import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.magicsock.path.PathOutput;
import dev.meshd.magicsock.path.PeerPaths;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.PeerActivity;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/**
 * One peer of the mesh: its netmap entry, its WireGuard session, and its paths. Wherever the paths
 * change their mind, the session's {@link PeerPath} is published anew, which is all the data path
 * ever sees of it.
 *
 * <p>Owned by the engine loop.
 */
final class MeshLink {

  private final LinkServices services;
  private final WireGuardPeer session;
  private final PeerPaths paths;
  private final PathOutput pathOutput = new Requests();
  private final HandshakeRepeat repeat = new HandshakeRepeat();
  private MeshPeer peer;

  MeshLink(MeshPeer peer, WireGuardPeer session, LinkServices services) {
    this.peer = peer;
    this.session = session;
    this.services = services;
    this.paths = new PeerPaths(services.random());
  }

  MeshPeer peer() {
    return peer;
  }

  WireGuardPeer session() {
    return session;
  }

  boolean isActive() {
    return paths.isActive();
  }

  // --- from the netmap

  /** Takes over what the netmap says of the peer. The key has not changed. */
  void update(MeshPeer next, long nowNs) {
    MeshPeer before = peer;
    peer = next;
    if (!next.endpoints().equals(before.endpoints())) {
      paths.onNetmap(next.endpoints(), nowNs, pathOutput);
    }
    if (!next.disco().equals(before.disco())) {
      paths.onPeerRestart(nowNs, pathOutput);
    }
    if (next.homeRegion() != before.homeRegion()) {
      paths.onOwnNews(nowNs, pathOutput);
    }
    settle(nowNs);
  }

  /** A new link: start from what the netmap knows. */
  void start(long nowNs) {
    paths.onNetmap(peer.endpoints(), nowNs, pathOutput);
    settle(nowNs);
  }

  // --- from the network

  /** Returns whether the ping is new and to be answered. */
  boolean onPing(Endpoint from, TxId txId, long nowNs) {
    boolean fresh = paths.onPing(from, txId, nowNs, pathOutput);
    settle(nowNs);
    return fresh;
  }

  /** Returns whether the pong answers a ping of ours. */
  boolean onPong(TxId txId, boolean overUdp, long nowNs) {
    boolean expected = paths.onPong(txId, overUdp, nowNs, pathOutput);
    settle(nowNs);
    return expected;
  }

  void onCallMeMaybe(List<Endpoint> endpoints, long nowNs) {
    repeat.onHeard();
    paths.onCallMeMaybe(endpoints, nowNs, pathOutput);
    settle(nowNs);
  }

  // --- from here

  /** The data path or a handshake sent something, or is about to. */
  void onTraffic(long sentNs, long nowNs) {
    paths.onTraffic(sentNs, nowNs, pathOutput);
    keepRelay(nowNs);
    settle(nowNs);
  }

  /** An initiation was made, and there is no path to send it on. */
  void onInitiationUnsent() {
    repeat.onUnsent();
  }

  /** The relay says that the peer is not connected to it. */
  void onAbsent(long nowNs) {
    if (services.handshakes().isUnanswered(session)) {
      repeat.onAbsent(nowNs);
    }
    settle(nowNs);
  }

  /** Our own addresses changed. */
  void onOwnNews(long nowNs) {
    paths.onOwnNews(nowNs, pathOutput);
    settle(nowNs);
  }

  /** The way to the peer's relay may have changed. */
  void onRelayNews(long nowNs) {
    settle(nowNs);
  }

  void onRebind(long nowNs) {
    paths.onRebind(nowNs, pathOutput);
    settle(nowNs);
  }

  void onUnreachable(Endpoint address, long nowNs) {
    paths.onUnreachable(address, nowNs, pathOutput);
    settle(nowNs);
  }

  void userPing(long request, int padding, long nowNs) {
    int region = services.relays().regionFor(peer);
    paths.userPing(request, region, padding, nowNs, pathOutput);
    settle(nowNs);
  }

  void onDeadline(long nowNs) {
    PeerActivity activity = session.activity();
    activity.lastSentNs().ifPresent(paths::noteSent);
    paths.onDeadline(nowNs, pathOutput);
    if (repeat.takeDue(nowNs)) {
      services.handshakes().repeat(session, nowNs);
      paths.onOwnNews(nowNs, pathOutput);
    }
    keepRelay(nowNs);
    settle(nowNs);
  }

  // --- facts

  PeerStatus status(long nowNs) {
    Optional<Endpoint> direct = paths.isTrusted(nowNs) ? paths.bestAddress() : Optional.empty();
    return new PeerStatus(
        peer.id(),
        peer.key(),
        direct,
        direct.isPresent() ? paths.latencyNs() : 0,
        peer.homeRegion(),
        session.receivedBytes(),
        session.sentBytes(),
        session.lastHandshake(),
        paths.isActive());
  }

  /** Counts what is held, by kind. */
  void census(ObjIntConsumer<String> counts) {
    paths.census(counts);
  }

  /** The relay stays open while the session sends through it. */
  private void keepRelay(long nowNs) {
    PeerPath path = session.path();
    if (paths.isActive() && path.usesDerp()) {
      services.relays().use(path.derpRegion(), session.activity().lastSentNs().orElse(nowNs));
    }
  }

  /**
   * After every input: publish the path if it differs, and say when to come back and whether the
   * peer is being talked to.
   */
  private void settle(long nowNs) {
    PeerPath next = choosePath(nowNs);
    PeerPath before = session.path();
    if (!next.equals(before)) {
      session.publishPath(next);
      Optional<Endpoint> via = carrier(next);
      if (via.isPresent() && !via.equals(carrier(before))) {
        services.out().pathChanged(peer.key(), via.get());
      }
    }
    if (!next.isNone()) {
      repeat.onWay(nowNs);
    }
    long nextNs = Deadline.earlier(paths.nextDeadlineNs(nowNs), repeat.dueNs());
    services.deadlines().set(this, Deadline.optional(nextNs));
    if (paths.isActive()) {
      services.active().add(this);
    } else {
      services.active().remove(this);
    }
  }

  private PeerPath choosePath(long nowNs) {
    int region = services.relays().regionFor(peer);
    Optional<Endpoint> best = paths.bestAddress();
    if (best.isEmpty()) {
      return region == 0 ? PeerPath.NONE : PeerPath.relayed(region);
    }
    if (region == 0 || paths.isTrusted(nowNs)) {
      return PeerPath.direct(best.get());
    }
    return new PeerPath(best.get(), region, true);
  }

  /** What mainly carries the packets: a doubted direct path still counts as direct. */
  private static Optional<Endpoint> carrier(PeerPath path) {
    if (path.endpoint() != null) {
      return Optional.of(path.endpoint());
    }
    return path.derpRegion() == 0
        ? Optional.empty()
        : Optional.of(Endpoint.derp(path.derpRegion()));
  }

  /** What the paths ask for. */
  private final class Requests implements PathOutput {

    @Override
    public void sendPing(Endpoint to, TxId txId, int padding, long nowNs) {
      services.disco().ping(peer, to, txId, padding, nowNs);
    }

    @Override
    public void sendCallMeMaybe(long nowNs) {
      services.discovery().callMeMaybe(peer, nowNs);
    }

    @Override
    public void userPong(long userPing, Endpoint to, long latencyNs) {
      services.userPings().onPong(userPing, peer.key(), to, latencyNs);
    }
  }
}
