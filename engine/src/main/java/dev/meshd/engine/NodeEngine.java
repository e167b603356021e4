package dev.meshd.engine;

import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.demux.DatagramDemux;
import dev.meshd.magicsock.disco.DiscoBox;
import dev.meshd.magicsock.disco.DiscoEnvelope;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.timer.DeadlineHeap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * One node of the mesh, without I/O.
 *
 * <p>It is told what arrives ({@link #onDatagram}, {@link #onDerpPacket}, {@link #onSignals}), what
 * the world looks like ({@link #onNetworkMap}, {@link #onLocalAddresses}, ...) and what time it is;
 * it answers through its {@link EngineOutput}, during the call. After any call, {@link
 * #nextDeadlineNs} says when to call {@link #onDeadline}. Transport data does not pass through
 * here: the data path reads {@link #device}'s tables and each peer's published path.
 *
 * <p>The engine composes: sessions are {@link WireGuardDevice}'s, the way to a peer is {@code
 * MeshLink}'s, relays are {@code RelayUse}'s, own addresses are {@code EndpointDiscovery}'s.
 *
 * <p>Owned by the engine loop; {@code nowNs} never goes back.
 */
public final class NodeEngine implements AutoCloseable {

  private final EngineSettings settings;
  private final EngineOutput out;
  private final WireGuardDevice device;
  private final PeerDirectory peers = new PeerDirectory();
  private final DeadlineHeap<MeshLink> linkDeadlines = new DeadlineHeap<>();
  private final Set<MeshLink> activeLinks = new HashSet<>();
  private final DropCounts drops = new DropCounts();
  private final DiscoBox box;
  private final RelayUse relays;
  private final EndpointDiscovery discovery;
  private final DiscoInbox inbox;
  private final UserPings userPings;
  private final NetmapApplier netmap;
  private final SessionRequests sessions = new SessionRequests();

  /**
   * @param settings keys in it are taken over
   * @param signals what the data path fills and {@link #onSignals} drains
   */
  public NodeEngine(EngineSettings settings, SignalQueue signals, EngineOutput out) {
    this.settings = settings;
    this.out = out;
    this.device = new WireGuardDevice(settings.nodeKey(), settings.wireGuard(), signals);
    this.relays = new RelayUse(out);
    this.box = new DiscoBox(settings.discoKey(), settings.random());
    DiscoPort disco = new DiscoPort(device.publicKey(), box, relays, out);
    this.discovery = new EndpointDiscovery(settings, disco, relays, out);
    this.userPings = new UserPings(out);
    this.inbox = new DiscoInbox(peers, disco, drops);
    this.netmap =
        new NetmapApplier(
            device,
            peers,
            new LinkServices(
                settings.random(),
                disco,
                relays,
                discovery,
                userPings,
                sessions,
                linkDeadlines,
                activeLinks,
                out));
  }

  // --- what the data path needs

  /** Sessions, allowed IPs and counters; safe to read from the data path as its javadoc says. */
  public WireGuardDevice device() {
    return device;
  }

  // --- what is told

  /** The whole network map. Peers that did not change are not disturbed. */
  public void onNetworkMap(NetworkMap map, long nowNs) {
    onRelayMap(map.relays(), nowNs);
    netmap.apply(map.peers(), nowNs, sessions.at(nowNs));
    advance(nowNs);
  }

  /**
   * A part of the network map: new or changed peers in full, and the ids of peers that are gone.
   */
  public void onPeersChanged(Collection<MeshPeer> changed, Collection<Long> gone, long nowNs) {
    netmap.change(changed, gone, nowNs, sessions.at(nowNs));
    advance(nowNs);
  }

  /** The relay map, alone or as part of the network map. */
  public void onRelayMap(DerpMap map, long nowNs) {
    if (!map.equals(relays.map())) {
      relays.onMap(map, nowNs);
      discovery.onRelayMap(nowNs);
      relaysMoved(nowNs);
    }
    advance(nowNs);
  }

  /**
   * The addresses of all interfaces, and the port that both UDP sockets are bound to. Called at the
   * start and whenever they may have changed.
   */
  public void onLocalAddresses(List<LocalAddress> addresses, int port, long nowNs) {
    discovery.onLocalAddresses(addresses, port);
    advance(nowNs);
  }

  /** The network changed under us, or the sockets were bound anew: no path is believed. */
  public void onRebind(long nowNs) {
    discovery.onRebind();
    peers.all().forEach(link -> link.onRebind(nowNs));
    advance(nowNs);
  }

  /** Whether the coordination server hears what we tell it. */
  public void onControlConnected(boolean connected, long nowNs) {
    discovery.onControlConnected(connected);
    advance(nowNs);
  }

  // --- what arrives

  /**
   * So many handshake messages wait to be given to {@link #onDatagram}: the measure of load. Told
   * before each batch of them.
   */
  public void onHandshakesWaiting(int messages, long nowNs) {
    device.onHandshakesWaiting(messages, nowNs);
  }

  /** A datagram that is not transport data, as the receiver sorted it out. */
  public void onDatagram(Endpoint from, byte[] datagram, long nowNs) {
    switch (DatagramDemux.classify(datagram)) {
      case STUN -> {
        if (!discovery.onStun(datagram, nowNs)) {
          drops.add(DiscoDrop.STUN_UNEXPECTED);
          return;
        }
      }
      case DISCO -> {
        if (!inbox.onUdp(from, datagram, nowNs)) {
          return;
        }
      }
      case RELAYED_DISCO, RELAYED_WIREGUARD -> {
        drops.add(DiscoDrop.UNSUPPORTED);
        return;
      }
      case WIREGUARD -> {
        if (!device.onHandshake(datagram, from, nowNs, sessions.at(nowNs))) {
          return;
        }
      }
    }
    // Not reached by what was refused: a flood of it should cost no more than the refusal.
    advance(nowNs);
  }

  /** A packet that a relay brought and that is not transport data. */
  public void onDerpPacket(int region, NodeKey source, byte[] packet, long nowNs) {
    Optional<MeshLink> link = peers.byKey(source);
    if (link.isEmpty()) {
      drops.add(DiscoDrop.UNKNOWN_SENDER);
      return;
    }
    if (relays.noteHeard(source, region)) {
      link.get().onRelayNews(nowNs);
    }
    if (DiscoEnvelope.matches(packet)) {
      inbox.onRelayed(region, source, packet, nowNs);
    } else {
      device.onRelayedHandshake(packet, region, source, nowNs, sessions.at(nowNs));
    }
    advance(nowNs);
  }

  /** The relay connection of a region is up. */
  public void onDerpConnected(int region, long nowNs) {
    relays.onConnected(region);
    relaysMoved(nowNs);
    advance(nowNs);
  }

  /** The relay connection of a region broke; the shell reconnects on its own. */
  public void onDerpDisconnected(int region, long nowNs) {
    relays.onDisconnected(region);
    discovery.onRelayLost(region);
    relaysMoved(nowNs);
    advance(nowNs);
  }

  /** The relay says that a node is not connected to it. */
  public void onPeerGone(int region, NodeKey peer, long nowNs) {
    relays.onPeerGone(peer, region);
    peers.byKey(peer).ifPresent(link -> link.onAbsent(nowNs));
    advance(nowNs);
  }

  /** The system will not send to this address (no route to host and the like). */
  public void onUnreachable(Endpoint address, long nowNs) {
    peers.all().forEach(link -> link.onUnreachable(address, nowNs));
    advance(nowNs);
  }

  /** What {@link EngineOutput#resolve} asked for; empty if the host has no address. */
  public void onResolved(String host, List<IpAddress> addresses, long nowNs) {
    discovery.onResolved(host, addresses, nowNs);
    advance(nowNs);
  }

  /**
   * What {@link EngineOutput#measureHttps} asked for.
   *
   * @param roundTripNs empty if the relay did not answer
   */
  public void onHttpsMeasured(int region, boolean overIpv6, OptionalLong roundTripNs, long nowNs) {
    discovery.onHttpsMeasured(region, overIpv6, roundTripNs, nowNs);
    advance(nowNs);
  }

  /** The data path put something into the signal queue. */
  public void onSignals(long nowNs) {
    device.onSignals(nowNs, sessions.at(nowNs));
    advance(nowNs);
  }

  /** {@link #nextDeadlineNs} has come. Early and late calls do no harm. */
  public void onDeadline(long nowNs) {
    device.onDeadline(nowNs, sessions.at(nowNs));
    takeDue(nowNs).forEach(link -> link.onDeadline(nowNs));
    relays.onDeadline(nowNs);
    discovery.onDeadline(nowNs);
    advance(nowNs);
  }

  /** When {@link #onDeadline} is to be called next, or {@link Deadline#NONE}. */
  public long nextDeadlineNs() {
    long next = device.nextDeadlineNs().orElse(Deadline.NONE);
    next = Deadline.earlier(next, linkDeadlines.earliestNs().orElse(Deadline.NONE));
    next = Deadline.earlier(next, relays.nextDeadlineNs());
    return Deadline.earlier(next, discovery.nextDeadlineNs());
  }

  // --- what people ask

  /**
   * Sends a user's ping. The first answer comes by {@link EngineOutput#pingAnswered}; whoever asked
   * decides how long to wait.
   *
   * @param request non-zero, to tell answers apart
   * @param padding bytes to add to each datagram
   * @return false if there is no such peer, or its key has expired
   */
  public boolean ping(long request, NodeKey peer, int padding, long nowNs) {
    Optional<MeshLink> link = peers.byKey(peer);
    link.ifPresent(
        known -> {
          userPings.begin(request);
          known.userPing(request, padding, nowNs);
        });
    advance(nowNs);
    return link.isPresent();
  }

  /** How things stand with every peer. */
  public List<PeerStatus> status(long nowNs) {
    return peers.all().stream().map(link -> link.status(nowNs)).toList();
  }

  /** How things stand with one peer. */
  public Optional<PeerStatus> status(NodeKey peer, long nowNs) {
    return peers.byKey(peer).map(link -> link.status(nowNs));
  }

  public NodeKey nodeKey() {
    return device.publicKey();
  }

  /** To be told to the coordination server with every map request. */
  public DiscoKey discoKey() {
    return settings.discoKey().publicKey();
  }

  public List<TypedEndpoint> endpoints() {
    return discovery.endpoints();
  }

  /** The last measurement of the local network, for whoever asks. */
  public Optional<NetcheckReport> lastNetcheck() {
    return discovery.lastReport();
  }

  /** The relay region where peers find this node, 0 as long as there is none. */
  public int homeRegion() {
    return relays.announcedHome();
  }

  /** How many disco and STUN packets were ignored for that reason; any thread. */
  public long drops(DiscoDrop reason) {
    return drops.of(reason);
  }

  /** The same for every reason that has occurred; any thread. */
  public Map<DiscoDrop, Long> discoDrops() {
    return drops.nonZero();
  }

  /**
   * Counts what is held, by kind: for metrics, and for tests that nothing grows without bound.
   * Counts of one kind may come in several parts.
   */
  public void census(ObjIntConsumer<String> counts) {
    device.census(counts);
    peers.census(counts);
    peers.all().forEach(link -> link.census(counts));
    relays.census(counts);
    discovery.census(counts);
    counts.accept("path deadlines", linkDeadlines.size());
    counts.accept("disco keys agreed", box.size());
    counts.accept("user pings", userPings.size());
  }

  /** Wipes every key. */
  @Override
  public void close() {
    device.close();
    settings.discoKey().close();
  }

  // --- inside

  /** Gives every part that may have become ready a chance to act. */
  private void advance(long nowNs) {
    if (discovery.advance(!activeLinks.isEmpty(), nowNs)) {
      peers.all().forEach(link -> link.onOwnNews(nowNs));
    }
  }

  /** Each due link once, however soon it wants to be called again. */
  private List<MeshLink> takeDue(long nowNs) {
    List<MeshLink> due = new ArrayList<>();
    for (Optional<MeshLink> next = linkDeadlines.due(nowNs);
        next.isPresent();
        next = linkDeadlines.due(nowNs)) {
      linkDeadlines.set(next.get(), OptionalLong.empty());
      due.add(next.get());
    }
    return due;
  }

  private void relaysMoved(long nowNs) {
    peers.all().forEach(link -> link.onRelayNews(nowNs));
  }

  /** What sessions ask for; routes handshakes by the path of their peer. */
  private final class SessionRequests implements WireGuardOutput, LinkServices.Handshakes {

    private long nowNs;

    SessionRequests at(long now) {
      nowNs = now;
      return this;
    }

    @Override
    public void sendToPeer(WireGuardPeer session, byte[] handshake) {
      PeerPath path = session.path();
      Endpoint direct = path.endpoint();
      if (direct != null) {
        out.sendUdp(direct, handshake);
      }
      if (path.usesDerp()) {
        relays.use(path.derpRegion(), nowNs);
        out.sendDerp(path.derpRegion(), session.publicKey(), handshake);
      }
      Optional<MeshLink> link = peers.byKey(session.publicKey());
      if (path.isNone()) {
        link.ifPresent(MeshLink::onInitiationUnsent);
      }
      link.ifPresent(known -> known.onTraffic(nowNs, nowNs));
    }

    @Override
    public void sendCookieReply(Endpoint to, byte[] reply) {
      out.sendUdp(to, reply);
    }

    @Override
    public boolean isUnanswered(WireGuardPeer session) {
      return device.isHandshakeUnanswered(session);
    }

    @Override
    public void repeat(WireGuardPeer session, long now) {
      device.onInitiationLost(session, now, at(now));
    }

    @Override
    public void noticed(WireGuardPeer session) {
      long sentNs = session.activity().lastDataSentNs().orElse(Deadline.NONE);
      if (sentNs != Deadline.NONE) {
        peers.byKey(session.publicKey()).ifPresent(link -> link.onTraffic(sentNs, nowNs));
      }
    }

    @Override
    public void sendKeepalive(WireGuardPeer session, boolean oweAnother) {
      out.sendKeepalive(session, oweAnother);
    }

    @Override
    public void flushStaged(WireGuardPeer session) {
      out.flushStaged(session);
    }

    @Override
    public void dropStaged(WireGuardPeer session) {
      out.dropStaged(session);
    }
  }
}
