package dev.meshd.testkit.sim;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.engine.EngineSettings;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.PeerStatus;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.wireguard.WireGuardSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One machine of the simulation: an engine with its data path, connected to the simulated underlay,
 * relays and coordination server. A crash throws the engine away; the node key and the last network
 * map are on disk.
 */
final class SimNode {

  static final int PORT = 41_641;

  private static final List<String> NAMES =
      List.of("ada", "bob", "cyd", "dan", "eve", "fay", "gus", "hal");

  private final String name;
  private final SimWorld world;
  private final SimRandom random;
  private final List<Endpoint> told = new ArrayList<>();
  private byte[] nodeKeyBytes = new byte[0];
  private NodeKey nodeKey;
  private SimSite site;
  private int host;
  private boolean mayRegister = true;
  private boolean asleep;
  private @Nullable KnownMap known;
  private @Nullable SimEngine running;

  SimNode(int index, SimWorld world, SimRandom random, SimSite site) {
    this.name = index < NAMES.size() ? NAMES.get(index) : "n" + (index + 1);
    this.world = world;
    this.random = random;
    this.site = site;
    this.host = site.nextHost();
    this.nodeKey = freshNodeKey();
  }

  String name() {
    return name;
  }

  NodeKey nodeKey() {
    return nodeKey;
  }

  SimSite site() {
    return site;
  }

  boolean isUp() {
    return running != null;
  }

  boolean isAwake() {
    return running != null && !asleep;
  }

  /** What it has been told of the network. */
  Optional<KnownMap> known() {
    return Optional.ofNullable(known);
  }

  Optional<SimEngine> engine() {
    return Optional.ofNullable(running);
  }

  /** Its address inside the tunnel, as last told. */
  IpAddress overlay(boolean ipv6) {
    return known().orElseThrow().self().addresses().get(ipv6 ? 1 : 0).address();
  }

  Optional<PeerStatus> status(SimNode peer) {
    return running == null
        ? Optional.empty()
        : running.engine().status(peer.nodeKey, world.events().nowNs());
  }

  // --- life

  /** Starts the daemon, from the map on disk if there is one. */
  void start() {
    if (running != null) {
      return;
    }
    SimEngine fresh = new SimEngine(this, world, settings());
    running = fresh;
    asleep = false;
    told.clear();
    attach(fresh);
    fresh.enter(engine -> engine.onLocalAddresses(interfaces(), PORT, world.events().nowNs()));
    if (known != null) {
      fresh.useMap(known);
    }
    connectControl(fresh);
  }

  /** As if killed: nothing is said to anyone. */
  void stop() {
    SimEngine old = running;
    if (old != null) {
      running = null;
      detach();
      world.coordinator().disconnect(name);
      old.close();
    }
  }

  /** The machine's lid is closed: it hears nothing, and everything it holds breaks. */
  void fallAsleep() {
    SimEngine engine = running;
    if (engine != null && !asleep) {
      asleep = true;
      engine.fallAsleep();
      detach();
      world.coordinator().disconnect(name);
    }
  }

  /** It finds that time has jumped and its connections are gone. */
  void wakeUp() {
    if (running != null && asleep) {
      asleep = false;
      attach(running);
      running.wakeUp();
      loseControl();
    }
  }

  /** The machine moves to another network. */
  void roam(SimSite next) {
    if (asleep) {
      return;
    }
    detach();
    site = next;
    host = next.nextHost();
    SimEngine engine = running;
    if (engine != null) {
      attach(engine);
      engine.breakRelays();
      engine.enter(
          node -> {
            node.onLocalAddresses(interfaces(), PORT, world.events().nowNs());
            node.onRebind(world.events().nowNs());
          });
    }
  }

  /** The map stream broke; it comes back when the server does. */
  void loseControl() {
    SimEngine engine = running;
    if (engine != null && !asleep) {
      world.coordinator().disconnect(name);
      engine.enter(node -> node.onControlConnected(false, world.events().nowNs()));
      connectControl(engine);
    }
  }

  /** The user logs in again: another node key, and so another engine. */
  void renewKey() {
    boolean wasUp = isUp();
    stop();
    nodeKey = freshNodeKey();
    if (wasUp) {
      start();
    }
  }

  /** Logs out: the server forgets the machine, and the machine the network. */
  void leave() {
    stop();
    world.coordinator().remove(name);
    known = null;
    nodeKey = freshNodeKey();
    mayRegister = true;
  }

  /** Removed by the administrator: the machine is not told and goes on as before. */
  void onDeleted() {
    world.coordinator().remove(name);
    mayRegister = false;
    loseControl();
  }

  /** Sends a packet into the tunnel. */
  void send(OverlayPacket packet) {
    if (running != null && !asleep) {
      running.sendOverlay(packet.encode());
    }
  }

  // --- for the engine

  /** Sends from this machine's address of the right family, if it has one. */
  void sendUdp(Endpoint to, byte[] datagram) {
    boolean ipv4 = to.address().isV4();
    if (ipv4 ? site.kind().ipv4() : site.kind().ipv6()) {
      IpAddress from = ipv4 ? site.v4(host) : site.v6(host);
      world.internet().send(site, Endpoint.of(from, PORT), to, datagram);
    }
  }

  /** What came out of the tunnel. */
  void onOverlayPacket(byte[] bytes) {
    OverlayPacket packet = world.ledger().delivered(this, bytes);
    if (!packet.answer()) {
      send(packet.reply());
    }
  }

  /** The engine's endpoints or home changed: tell the coordination server. */
  void report(List<Endpoint> endpoints, int homeRegion) {
    told.clear();
    told.addAll(endpoints);
    world.coordinator().report(name, endpoints, homeRegion);
  }

  private void attach(SimEngine engine) {
    if (site.kind().ipv4()) {
      world.internet().attach(site, site.v4(host), engine);
    }
    if (site.kind().ipv6()) {
      world.internet().attach(site, site.v6(host), engine);
    }
  }

  private void detach() {
    world.internet().detach(site, site.v4(host));
    world.internet().detach(site, site.v6(host));
  }

  private void connectControl(SimEngine engine) {
    world.coordinator().connect(new MapStream(engine));
  }

  private List<LocalAddress> interfaces() {
    List<LocalAddress> addresses = new ArrayList<>();
    if (site.kind().ipv4()) {
      addresses.add(new LocalAddress("eth0", true, false, site.v4(host), 24));
    }
    if (site.kind().ipv6()) {
      addresses.add(new LocalAddress("eth0", true, false, site.v6(host), 64));
    }
    return addresses;
  }

  private NodeKey freshNodeKey() {
    try (NodePrivateKey key = NodePrivateKey.generate(random.secure(), SimKeyAgreement.INSTANCE)) {
      nodeKeyBytes = key.bytes();
      return key.publicKey();
    }
  }

  private EngineSettings settings() {
    return new EngineSettings(
        NodePrivateKey.of(nodeKeyBytes, SimKeyAgreement.INSTANCE),
        DiscoPrivateKey.generate(random.secure(), SimKeyAgreement.INSTANCE),
        new WireGuardSettings(
            false,
            AeadEngine.JCA,
            random.secure(),
            random.jitter(),
            () -> Instant.ofEpochSecond(1_800_000_000L).plusNanos(world.events().nowNs())));
  }

  @Override
  public String toString() {
    return name;
  }

  /** The engine's end of the map stream; dead as soon as the engine is. */
  private final class MapStream implements SimCoordinator.Stream {
    private final SimEngine engine;

    MapStream(SimEngine engine) {
      this.engine = engine;
    }

    @Override
    public SimCoordinator.Report report() {
      return new SimCoordinator.Report(
          name,
          nodeKey,
          engine.engine().discoKey(),
          List.copyOf(told),
          engine.engine().homeRegion());
    }

    @Override
    public boolean mayRegister() {
      return mayRegister;
    }

    @Override
    public boolean isWanted() {
      return engine.equals(running) && !asleep;
    }

    @Override
    public void onMap(
        Map<Long, MeshPeer> peers, Set<IpAddress> callers, DerpMap relays, MeshPeer self) {
      engine.enter(node -> node.onControlConnected(true, world.events().nowNs()));
      known = new KnownMap(peers, callers, relays, self);
      engine.useMap(known);
    }

    @Override
    public void onChange(KnownMap.Change change) {
      KnownMap map = known().orElseThrow();
      map.apply(change);
      engine.useChange(map, change);
    }
  }
}
