package dev.meshd.testkit.sim;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.engine.EngineSettings;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.NetworkMap;
import dev.meshd.engine.PeerStatus;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.WireGuardSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One machine of the simulation: an engine with its data path, connected to the simulated underlay,
 * relays and coordination server. A restart throws the engine away and keeps the node key, as a
 * daemon does.
 */
final class SimNode {

  static final int PORT = 41_641;

  private final long id;
  private final SimWorld world;
  private final SimRandom random;
  private final byte[] nodeKeyBytes;
  private final NodeKey nodeKey;
  private final IpAddress overlay;
  private final Set<Long> answered = new HashSet<>();
  private final List<Endpoint> told = new ArrayList<>();
  private IpAddress address;
  private Optional<SimNat> nat;
  private @Nullable SimEngine running;

  SimNode(long id, SimWorld world, SimRandom random, IpAddress address, Optional<SimNat> nat) {
    this.id = id;
    this.world = world;
    this.random = random;
    this.address = address;
    this.nat = nat;
    this.overlay = IpAddress.ofV4(0x64400000 + (int) id);
    NodePrivateKey key = NodePrivateKey.generate(random.secure());
    this.nodeKeyBytes = key.bytes();
    this.nodeKey = key.publicKey();
  }

  long id() {
    return id;
  }

  NodeKey nodeKey() {
    return nodeKey;
  }

  IpAddress overlay() {
    return overlay;
  }

  Optional<SimNat> nat() {
    return nat;
  }

  boolean isUp() {
    return running != null;
  }

  /** Whether the answer to the numbered packet of ours has come back. */
  boolean hasAnswer(long number) {
    return answered.contains(number);
  }

  Optional<PeerStatus> status(SimNode peer) {
    return running == null
        ? Optional.empty()
        : running.engine().status(peer.nodeKey, world.events().nowNs());
  }

  // --- life

  void start() {
    SimEngine fresh = new SimEngine(this, world, settings());
    running = fresh;
    told.clear();
    world.internet().attach(address, fresh, nat);
    fresh.enter(engine -> engine.onLocalAddresses(interfaces(), PORT, world.events().nowNs()));
    connectControl(fresh);
  }

  /** As if killed: nothing is said to anyone. */
  void stop() {
    SimEngine old = running;
    if (old != null) {
      running = null;
      world.internet().detach(address);
      world.coordinator().disconnect(id);
      old.close();
    }
  }

  /** The machine moves to another network. */
  void roam(IpAddress next, Optional<SimNat> behind) {
    world.internet().detach(address);
    address = next;
    nat = behind;
    SimEngine engine = running;
    if (engine != null) {
      world.internet().attach(address, engine, nat);
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
    if (engine != null) {
      engine.enter(node -> node.onControlConnected(false, world.events().nowNs()));
      connectControl(engine);
    }
  }

  /** Sends a packet into the tunnel; the peer's answer shows in {@link #hasAnswer}. */
  void sendPing(SimNode to, long number) {
    SimEngine engine = running;
    if (engine != null) {
      engine.sendOverlay(new OverlayPacket(overlay, to.overlay, number, false).encode());
    }
  }

  // --- for the engine

  Endpoint underlayAddress() {
    return Endpoint.of(address, PORT);
  }

  /** What came out of the tunnel. */
  void onOverlayPacket(byte[] bytes, SimEngine engine) {
    Optional<OverlayPacket> packet = OverlayPacket.decode(bytes);
    if (packet.isEmpty()) {
      throw new InvariantViolation("node " + id + " was handed a packet nobody sent");
    }
    if (!packet.get().destination().equals(overlay)) {
      throw new InvariantViolation(
          "node " + id + " was handed a packet for " + packet.get().destination());
    }
    world.noteDelivered(packet.get());
    if (packet.get().answer()) {
      answered.add(packet.get().number());
    } else {
      engine.sendOverlay(packet.get().reply().encode());
    }
  }

  /** The engine's endpoints or home changed: tell the coordination server. */
  void report(List<Endpoint> endpoints, int homeRegion) {
    told.clear();
    told.addAll(endpoints);
    world.coordinator().report(id, endpoints, homeRegion);
  }

  private void connectControl(SimEngine engine) {
    world.coordinator().connect(new MapStream(engine));
  }

  private List<LocalAddress> interfaces() {
    return List.of(new LocalAddress("eth0", true, false, address, 24));
  }

  private EngineSettings settings() {
    return new EngineSettings(
        NodePrivateKey.of(nodeKeyBytes.clone()),
        DiscoPrivateKey.generate(random.secure()),
        new WireGuardSettings(
            false,
            AeadEngine.JCA,
            random.secure(),
            random.jitter(),
            () -> Instant.ofEpochSecond(1_800_000_000L).plusNanos(world.events().nowNs())));
  }

  /** The engine's end of the map stream; dead as soon as the engine is. */
  private final class MapStream implements SimCoordinator.Stream {
    private final SimEngine engine;

    MapStream(SimEngine engine) {
      this.engine = engine;
    }

    @Override
    public MeshPeer self() {
      return new MeshPeer(
          id,
          nodeKey,
          engine.engine().discoKey(),
          List.of(IpPrefix.single(overlay)),
          List.of(IpPrefix.single(overlay)),
          List.copyOf(told),
          engine.engine().homeRegion(),
          false);
    }

    @Override
    public boolean isWanted() {
      return engine.equals(running);
    }

    @Override
    public void onFullMap(NetworkMap map) {
      engine.enter(
          node -> {
            node.onControlConnected(true, world.events().nowNs());
            node.onNetworkMap(map, world.events().nowNs());
          });
    }

    @Override
    public void onPeerChanged(MeshPeer peer) {
      engine.enter(node -> node.onPeersChanged(List.of(peer), List.of(), world.events().nowNs()));
    }
  }
}
