package dev.meshd.agent.node;

import dev.meshd.agent.datapath.DataPath;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.session.NetmapChange;
import dev.meshd.control.session.PeerDelta;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.engine.DiscoDrop;
import dev.meshd.engine.EngineSettings;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.NodeEngine;
import dev.meshd.engine.PeerStatus;
import dev.meshd.engine.PingResult;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.engine.datapath.PathTraffic;
import dev.meshd.engine.filter.RuleFilter;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.tun.InterfaceConfig;
import dev.meshd.tun.InterfaceSetup;
import dev.meshd.tun.LinkMonitor;
import dev.meshd.tun.NetworkState;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunException;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node on the network, from its creation to {@link #close}: interface, sockets, relays, engine
 * and the threads that carry packets. A new node key means a new one.
 *
 * <p>Closing removes the interface and with it every address and route. Thread-safe; map changes
 * are applied in the order of the calls, which one caller makes.
 */
public final class MeshNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MeshNode.class);
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(2);

  private final UdpPorts ports;
  private final NodeEvents events;
  private final EngineLoop loop = new EngineLoop();
  private final Pings pings = new Pings();
  private final RuleFilter filter;
  private final NodePrivateKey relayKey;
  private final RelayConnections relays;
  private final NodeEngine engine;
  private final DataPath dataPath;
  private final InterfaceSetup setup;
  private final LinkMonitor links;
  private final NodeKey publicKey;
  private Optional<InterfaceConfig> configured = Optional.empty();

  /**
   * What a node runs on.
   *
   * @param interfaceName of the TUN interface to make
   * @param mtu of that interface, bytes
   * @param ports borrowed; stay open
   * @param relays how to reach relays
   * @param timestamps of handshakes; never behind one that an earlier node of the same key has used
   */
  public record Underlay(
      String interfaceName,
      int mtu,
      UdpPorts ports,
      DerpClientConfig relays,
      InstantSource timestamps) {}

  /**
   * Makes the interface and starts.
   *
   * @param nodeKey copied
   * @param disco copied; one per process, so that a new node key does not cost the paths
   * @throws TunException if the interface cannot be made
   */
  public MeshNode(
      Underlay underlay, NodePrivateKey nodeKey, DiscoPrivateKey disco, NodeEvents events) {
    this.ports = underlay.ports();
    this.events = events;
    TunDevice tun = TunDevice.open(underlay.interfaceName(), underlay.mtu());
    SignalQueue signals = new SignalQueue(loop::wake);
    this.filter = new RuleFilter();
    this.relayKey = NodePrivateKey.of(nodeKey.bytes());
    this.relays = new RelayConnections(underlay.relays(), relayKey, new RelayInput());
    EngineEffects effects =
        new EngineEffects(
            new DatagramSender(ports),
            relays,
            new RelayProbes(underlay.relays(), new ProbeInput()),
            this::sealer,
            pings::answered,
            events);
    this.engine =
        new NodeEngine(
            new EngineSettings(
                NodePrivateKey.of(nodeKey.bytes()),
                DiscoPrivateKey.of(disco.bytes()),
                WireGuardSettings.system(false).withTimestamps(underlay.timestamps())),
            signals,
            effects);
    this.publicKey = engine.nodeKey();
    this.dataPath =
        new DataPath(
            tun,
            ports,
            engine.device(),
            filter,
            relays,
            underlay.mtu(),
            loop::wake,
            events::interfaceGone);
    this.setup = new InterfaceSetup(tun);
    dataPath.start();
    loop.start(engine, dataPath.mailbox(), signals);
    this.links = LinkMonitor.start(underlay.interfaceName(), this::networkChanged);
    tellAddresses(links.state());
  }

  public NodeKey publicKey() {
    return publicKey;
  }

  /**
   * Applies a whole map, or a change of prefs to the present one. Peers that did not change are not
   * disturbed.
   */
  public void apply(Netmap map, Prefs prefs) {
    Instant now = Instant.now();
    updateFilter(map, prefs);
    var network = MapTranslation.networkMap(map, prefs, now);
    loop.run((engine, nowNs) -> engine.onNetworkMap(network, nowNs));
    configure(MapTranslation.interfaceConfig(map, prefs, now));
  }

  /** Applies what a map message changed: work in proportion to the change. */
  public void apply(Netmap map, NetmapChange change, Prefs prefs) {
    if (change.first()) {
      apply(map, prefs);
      return;
    }
    Instant now = Instant.now();
    boolean routesMayDiffer = change.touches(NetmapChange.Part.SELF);
    List<MeshPeer> changed = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    for (PeerDelta delta : change.peers()) {
      switch (delta) {
        case PeerDelta.Added added ->
            changed.add(MapTranslation.peer(map, added.node(), prefs, now));
        case PeerDelta.Replaced replaced ->
            changed.add(MapTranslation.peer(map, replaced.node(), prefs, now));
        case PeerDelta.Patched patched ->
            changed.add(MapTranslation.peer(map, patched.node(), prefs, now));
        case PeerDelta.Removed removed -> gone.add(removed.id());
      }
      routesMayDiffer |= !(delta instanceof PeerDelta.Patched);
    }
    if (change.touches(NetmapChange.Part.FILTER) || routesMayDiffer) {
      updateFilter(map, prefs);
    }
    if (change.touches(NetmapChange.Part.DERP_MAP)) {
      var derpMap = MapTranslation.relays(map.derpMap());
      loop.run((engine, nowNs) -> engine.onRelayMap(derpMap, nowNs));
    }
    if (!changed.isEmpty() || !gone.isEmpty()) {
      loop.run((engine, nowNs) -> engine.onPeersChanged(changed, gone, nowNs));
    }
    if (routesMayDiffer || change.peers().size() > 0) {
      configure(MapTranslation.interfaceConfig(map, prefs, now));
    }
  }

  private void updateFilter(Netmap map, Prefs prefs) {
    for (String fault : filter.update(MapTranslation.filter(map, prefs))) {
      log.info("packet filter: {}", fault);
    }
  }

  private synchronized void configure(InterfaceConfig desired) {
    if (configured.filter(desired::equals).isPresent()) {
      return;
    }
    try {
      setup.apply(desired);
      configured = Optional.of(desired);
    } catch (TunException e) {
      log.warn("cannot configure the interface as wanted: {}", e.getMessage());
    }
  }

  /** Whether the coordination server hears what this node tells it. */
  public void controlConnected(boolean connected) {
    loop.run((engine, nowNs) -> engine.onControlConnected(connected, nowNs));
  }

  /** Distrusts every path and measures anew. */
  public void rebind() {
    relays.reconnect();
    loop.run(NodeEngine::onRebind);
  }

  public boolean isAnyRelayConnected() {
    return relays.isAnyConnected();
  }

  /** How things stand with every peer. */
  public List<PeerStatus> peers() throws InterruptedException {
    CompletableFuture<List<PeerStatus>> answer = new CompletableFuture<>();
    loop.run((engine, nowNs) -> answer.complete(engine.status(nowNs)));
    try {
      return answer.get(STATUS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the engine did not answer within {}", STATUS_TIMEOUT);
      return List.of();
    }
  }

  /**
   * Pings a peer below the tunnel and waits for the first answer.
   *
   * @return empty if there is no such peer or its key has expired
   * @throws TimeoutException if nobody answered in time
   */
  public Optional<PingResult> ping(NodeKey peer, Duration timeout)
      throws InterruptedException, TimeoutException {
    return pings.ping(
        request ->
            loop.run(
                (engine, nowNs) -> {
                  if (!engine.ping(request, peer, 0, nowNs)) {
                    pings.refused(request);
                  }
                }),
        timeout);
  }

  /** Whether the engine answers within {@code patience} and packets are being carried. */
  public boolean isResponsive(Duration patience) throws InterruptedException {
    return loop.answersWithin(patience) && dataPath.isRunning();
  }

  /** What left for the network, by path. */
  public PathTraffic sent() {
    return dataPath.sent();
  }

  /** What came from the network and was opened, by path. */
  public PathTraffic received() {
    return dataPath.received();
  }

  /** Packets lost on the way, by reason. */
  public Map<DropReason, Long> drops() {
    return engine.device().drops().nonZero();
  }

  /** Disco and STUN datagrams ignored, by reason. */
  public Map<DiscoDrop, Long> discoDrops() {
    return engine.discoDrops();
  }

  private OutboundCommands sealer() {
    return dataPath.commands();
  }

  private void networkChanged(NetworkState before, NetworkState after, boolean slept) {
    log.info("the network of this machine changed");
    tellAddresses(after);
    if (slept || after.disturbsPathsOf(before)) {
      rebind();
    }
    events.networkChanged();
  }

  private void tellAddresses(NetworkState state) {
    List<LocalAddress> addresses = new ArrayList<>();
    for (NetworkState.Interface link : state.interfaces()) {
      link.addresses()
          .forEach(
              address ->
                  addresses.add(
                      new LocalAddress(
                          link.name(),
                          link.usable(),
                          link.loopback(),
                          address.address(),
                          address.bits())));
    }
    loop.run((engine, nowNs) -> engine.onLocalAddresses(addresses, ports.port(), nowNs));
  }

  /** Ends everything in reverse order of its start. */
  @Override
  public void close() {
    links.close();
    relays.close();
    dataPath.close();
    loop.close();
    setup.close();
    engine.close();
    relayKey.close();
  }

  /** Brings what was found out about relays to the engine. */
  private final class ProbeInput implements RelayProbes.Answers {
    @Override
    public void resolved(String host, List<IpAddress> addresses) {
      loop.run((engine, nowNs) -> engine.onResolved(host, addresses, nowNs));
    }

    @Override
    public void measured(int region, boolean overIpv6, OptionalLong roundTripNs) {
      loop.run((engine, nowNs) -> engine.onHttpsMeasured(region, overIpv6, roundTripNs, nowNs));
    }
  }

  /**
   * Sorts what relays bring: transport data to the thread that opens it, the rest to the engine.
   */
  private final class RelayInput implements RelayConnections.Listener {
    private static final byte TRANSPORT_DATA = 4;

    @Override
    public void connected(int region) {
      loop.run((engine, nowNs) -> engine.onDerpConnected(region, nowNs));
      events.relayChanged(region, "");
    }

    @Override
    public void disconnected(int region, String cause) {
      loop.run((engine, nowNs) -> engine.onDerpDisconnected(region, nowNs));
      events.relayChanged(region, cause);
    }

    @Override
    public void packet(int region, NodeKey source, byte[] packet) {
      if (packet.length >= 4
          && packet[0] == TRANSPORT_DATA
          && packet[1] == 0
          && packet[2] == 0
          && packet[3] == 0) {
        dataPath.relayed().add(Endpoint.derp(region), packet);
      } else {
        offer((engine, nowNs) -> engine.onDerpPacket(region, source, packet, nowNs));
      }
    }

    @Override
    public void peerGone(int region, NodeKey peer) {
      offer((engine, nowNs) -> engine.onPeerGone(region, peer, nowNs));
    }

    private void offer(EngineLoop.Command command) {
      if (!loop.offer(command)) {
        engine.device().drops().count(DropReason.RELAY_QUEUE_FULL);
      }
    }
  }
}
