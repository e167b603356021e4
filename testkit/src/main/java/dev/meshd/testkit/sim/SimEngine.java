package dev.meshd.testkit.sim;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.engine.EngineOutput;
import dev.meshd.engine.EngineSettings;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.NetInfo;
import dev.meshd.engine.NetworkMap;
import dev.meshd.engine.NodeEngine;
import dev.meshd.engine.PingResult;
import dev.meshd.engine.datapath.Inbound;
import dev.meshd.engine.datapath.Outbound;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.engine.datapath.OverlaySink;
import dev.meshd.engine.datapath.UnderlaySink;
import dev.meshd.engine.filter.RuleFilter;
import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.demux.DatagramDemux;
import dev.meshd.magicsock.demux.DatagramKind;
import dev.meshd.magicsock.disco.DiscoEnvelope;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.noise.MessageType;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The shell of one engine: what sockets, threads and relay connections are in a daemon, on one
 * thread in virtual time. After each call into the engine it carries out what the engine asked of
 * the sealing thread, delivers signals, and schedules the next deadline.
 */
final class SimEngine implements SimInternet.Host, SimRelay.Client {

  private static final int BUFFER_BYTES = 512;

  /** Packets for one relay that wait for the connection. */
  private static final int MAX_WAITING = 32;

  /** Messages in a second, for each peer; a burst to a hundred addresses is in order. */
  private static final int MAX_RATE = 300;

  private static final long HTTPS_NS = 50_000_000L;

  private final SimNode owner;
  private final SimWorld world;
  private final NodeKey ownKey;
  private final NodeEngine engine;
  private final RuleFilter filter = new RuleFilter();
  private final Outbound outbound;
  private final Inbound inbound;
  private final OutboundCommands commands = new OutboundCommands(() -> {});
  private final MemorySegment sendBuffer;
  private final MemorySegment receiveBuffer;
  private final List<byte[]> opened = new ArrayList<>();
  private final Set<Integer> relaysWanted = new LinkedHashSet<>();
  private final Map<Integer, ArrayDeque<Runnable>> waiting = new HashMap<>();
  private List<Endpoint> endpoints = List.of();
  private long rateSecond;
  private int sentThisSecond;
  private boolean signalled;
  private boolean closed;
  private boolean asleep;

  /** What it learns late it wants to do in the past: its timers are told of old news. */
  private boolean hasSlept;

  private long wakeAtNs = Deadline.NONE;

  SimEngine(SimNode owner, SimWorld world, EngineSettings settings) {
    this.owner = owner;
    this.world = world;
    this.ownKey = owner.nodeKey();
    this.engine = new NodeEngine(settings, new SignalQueue(() -> signalled = true), new Requests());
    this.outbound =
        new Outbound(engine.device(), new Underlay(), filter, world.arena(), OverlayPacket.MTU);
    this.inbound = new Inbound(engine.device(), new Overlay(), this::toEngine, filter);
    this.sendBuffer = world.arena().allocate(BUFFER_BYTES, Long.BYTES);
    this.receiveBuffer = world.arena().allocate(BUFFER_BYTES, Long.BYTES);
  }

  NodeEngine engine() {
    return engine;
  }

  void close() {
    closed = true;
    for (int region : relaysWanted) {
      world.relay(region).ifPresent(relay -> relay.disconnect(ownKey, this));
    }
    engine.close();
  }

  /** Runs an input and everything that follows from it at this instant. */
  void enter(Consumer<NodeEngine> input) {
    if (!closed && !asleep) {
      input.accept(engine);
      settle();
    }
  }

  /** The whole map; the filter opens last and closes first, as in the daemon. */
  void useMap(KnownMap map) {
    enter(
        node -> {
          filter.update(map.policy());
          List<MeshPeer> peers = List.copyOf(map.peers());
          node.onNetworkMap(new NetworkMap(map.self().addresses(), peers, map.relays()), now());
        });
  }

  /** A part of the map, already noted in {@code map}. */
  void useChange(KnownMap map, KnownMap.Change change) {
    enter(
        node -> {
          filter.update(map.policy());
          node.onPeersChanged(change.changed(), change.gone(), now());
          change.relays().ifPresent(relays -> node.onRelayMap(relays, now()));
        });
  }

  /** From now on nothing comes in and no time passes; the relays notice. */
  void fallAsleep() {
    asleep = true;
    hasSlept = true;
    for (int region : relaysWanted) {
      world.relay(region).ifPresent(relay -> relay.disconnect(ownKey, this));
    }
  }

  void wakeUp() {
    asleep = false;
    wakeAtNs = Deadline.NONE;
    enter(node -> node.onDeadline(now()));
    for (int region : List.copyOf(relaysWanted)) {
      onDisconnected(region);
    }
  }

  void sendOverlay(byte[] packet) {
    if (closed || asleep) {
      return;
    }
    MemorySegment.copy(
        packet, 0, sendBuffer, ValueLayout.JAVA_BYTE, Outbound.HEADROOM, packet.length);
    outbound.packet(sendBuffer, Outbound.HEADROOM, packet.length, now());
    outbound.flush();
    settle();
  }

  /** The machine's address changed: TCP connections do not survive that. */
  void breakRelays() {
    for (int region : List.copyOf(relaysWanted)) {
      world
          .relay(region)
          .ifPresent(
              relay -> {
                relay.disconnect(ownKey, this);
                onDisconnected(region);
              });
    }
  }

  // --- from the underlay

  @Override
  public void onDatagram(Endpoint from, Endpoint to, byte[] datagram) {
    receive(from, datagram);
  }

  @Override
  public void onConnected(int region) {
    ArrayDeque<Runnable> queue = waiting.remove(region);
    if (queue != null) {
      queue.forEach(Runnable::run);
    }
    enter(node -> node.onDerpConnected(region, now()));
  }

  @Override
  public void onDisconnected(int region) {
    if (!closed && !asleep && relaysWanted.contains(region)) {
      enter(node -> node.onDerpDisconnected(region, now()));
      connect(region);
    }
  }

  @Override
  public void onPacket(int region, NodeKey source, byte[] packet) {
    if (isTransportData(packet)) {
      receive(Endpoint.derp(region), packet);
    } else {
      enter(node -> node.onDerpPacket(region, source, packet, now()));
    }
  }

  @Override
  public void onPeerGone(int region, NodeKey peer) {
    enter(node -> node.onPeerGone(region, peer, now()));
  }

  private void receive(Endpoint from, byte[] datagram) {
    if (closed || asleep || datagram.length > BUFFER_BYTES) {
      return;
    }
    MemorySegment.copy(datagram, 0, receiveBuffer, ValueLayout.JAVA_BYTE, 0, datagram.length);
    inbound.datagram(receiveBuffer, 0, datagram.length, from, now());
    inbound.flush();
    settle();
    List<byte[]> packets = List.copyOf(opened);
    opened.clear();
    packets.forEach(owner::onOverlayPacket);
  }

  /** What the opening thread sorted out for the engine. */
  private void toEngine(MemorySegment memory, long offset, int length, Endpoint from) {
    byte[] copy = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, copy, 0, length);
    engine.onDatagram(from, copy, now());
  }

  // --- time

  private void settle() {
    do {
      if (signalled) {
        signalled = false;
        engine.onSignals(now());
      }
      commands.drainTo(outbound, now());
    } while (signalled || !commands.isEmpty());
    long next = engine.nextDeadlineNs();
    if (next < now() && !hasSlept) {
      throw new InvariantViolation(owner + " asks to be woken " + (now() - next) + " ns ago");
    }
    if (next < wakeAtNs) {
      wakeAtNs = next;
      world.events().at(next, () -> wake(next)); // at once, if a sleeper has missed it
    }
  }

  private void wake(long plannedNs) {
    if (closed || asleep || wakeAtNs != plannedNs) {
      return;
    }
    wakeAtNs = Deadline.NONE;
    engine.onDeadline(now());
    if (engine.nextDeadlineNs() <= now()) {
      throw new InvariantViolation(owner + " has not done what was due");
    }
    settle();
  }

  private long now() {
    return world.events().nowNs();
  }

  /** As relay clients do, the newest packets wait for a connection that is being made. */
  private void sendByRelay(int region, NodeKey to, byte[] packet) {
    Optional<SimRelay> relay = world.relay(region).filter(_ -> relaysWanted.contains(region));
    if (relay.isEmpty()) {
      return;
    }
    if (relay.get().isConnected(ownKey, this)) {
      relay.get().send(ownKey, to, packet, DiscoEnvelope.matches(packet));
      return;
    }
    ArrayDeque<Runnable> queue = waiting.computeIfAbsent(region, _ -> new ArrayDeque<>());
    if (queue.size() == MAX_WAITING) {
      queue.remove();
    }
    queue.add(() -> sendByRelay(region, to, packet));
  }

  /** Path discovery and handshakes cost something with each peer, but not without end. */
  private void countRate() {
    long second = now() / 1_000_000_000L;
    sentThisSecond = second == rateSecond ? sentThisSecond + 1 : 1;
    rateSecond = second;
    if (sentThisSecond > MAX_RATE * (1 + engine.device().peers().size())) {
      throw new InvariantViolation(owner + " sends a storm of messages");
    }
  }

  /** Few enough to be told, and what most questions are about. */
  private void traceHandshake(byte[] message, Object to) {
    if (DatagramDemux.classify(message) == DatagramKind.WIREGUARD) {
      boolean initiation = message.length == MessageType.HANDSHAKE_INITIATION.minimumLength();
      world.trace(
          "%s sends a handshake %s to %s", owner, initiation ? "initiation" : "response", to);
    }
  }

  private void requireUsable(NodeKey key, String what) {
    if (owner.known().flatMap(map -> map.usable(key)).isEmpty()) {
      throw new InvariantViolation(
          owner + " sent " + what + " to " + key.shortText() + ", whom it has no peer for");
    }
  }

  private void connect(int region) {
    world
        .relay(region)
        .ifPresent(
            relay ->
                relay.connect(
                    ownKey, this, () -> !closed && !asleep && relaysWanted.contains(region)));
  }

  private static boolean isTransportData(byte[] packet) {
    return TransportLayout.isTransportData(MemorySegment.ofArray(packet), 0, packet.length);
  }

  /** What the sealing thread sends. */
  private final class Underlay implements UnderlaySink {
    @Override
    public void datagram(
        MemorySegment memory, long offset, int length, WireGuardPeer peer, PeerPath path) {
      byte[] datagram = new byte[length];
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, datagram, 0, length);
      if (OverlayPacket.isVisibleIn(datagram)) {
        throw new InvariantViolation(owner + " sent a packet in clear");
      }
      requireUsable(peer.publicKey(), "a packet");
      Endpoint direct = path.endpoint();
      if (direct != null) {
        owner.sendUdp(direct, datagram);
      }
      if (path.usesDerp()) {
        sendByRelay(path.derpRegion(), peer.publicKey(), datagram);
      }
    }

    @Override
    public void flush() {}
  }

  /** What the opening thread delivers. */
  private final class Overlay implements OverlaySink {
    @Override
    public void packet(MemorySegment memory, long offset, int length) {
      byte[] packet = new byte[length];
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, packet, 0, length);
      opened.add(packet);
    }

    @Override
    public void flush() {}
  }

  /** What the engine asks for. */
  private final class Requests implements EngineOutput {
    @Override
    public void sendUdp(Endpoint to, byte[] datagram) {
      countRate();
      traceHandshake(datagram, to);
      owner.sendUdp(to, datagram);
    }

    @Override
    public void sendDerp(int region, NodeKey to, byte[] packet) {
      requireUsable(to, "a message");
      traceHandshake(packet, world.nameOf(to) + " by relay " + region);
      sendByRelay(region, to, packet);
    }

    @Override
    public void connectDerp(DerpRegion region) {
      relaysWanted.add(region.id());
      connect(region.id());
    }

    @Override
    public void closeDerp(int region) {
      relaysWanted.remove(region);
      waiting.remove(region);
      world.relay(region).ifPresent(relay -> relay.disconnect(ownKey, SimEngine.this));
    }

    @Override
    public void homeRegionChanged(int region) {
      world.events().after(0, () -> report());
    }

    @Override
    public void endpointsChanged(List<TypedEndpoint> changed) {
      endpoints = changed.stream().map(TypedEndpoint::endpoint).toList();
      world.events().after(0, () -> report());
    }

    private void report() {
      if (!closed) {
        owner.report(endpoints, engine.homeRegion());
      }
    }

    @Override
    public void netInfoChanged(NetInfo netInfo) {}

    @Override
    public void resolve(String host) {
      world.events().after(0, () -> enter(node -> node.onResolved(host, List.of(), now())));
    }

    @Override
    public void measureHttps(DerpRegion region) {
      world
          .events()
          .after(
              HTTPS_NS,
              () ->
                  enter(
                      node ->
                          node.onHttpsMeasured(
                              region.id(), false, OptionalLong.of(HTTPS_NS), now())));
    }

    @Override
    public void pingAnswered(PingResult result) {}

    @Override
    public void pathChanged(NodeKey peer, Endpoint via) {
      world.trace("%s reaches %s via %s", owner, world.nameOf(peer), via);
    }

    @Override
    public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {
      commands.sendKeepalive(peer, oweAnother);
    }

    @Override
    public void flushStaged(WireGuardPeer peer) {
      commands.flushStaged(peer);
    }

    @Override
    public void dropStaged(WireGuardPeer peer) {
      commands.dropStaged(peer);
    }
  }
}
