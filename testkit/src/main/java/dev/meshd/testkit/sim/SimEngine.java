package dev.meshd.testkit.sim;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.engine.EngineOutput;
import dev.meshd.engine.EngineSettings;
import dev.meshd.engine.NetInfo;
import dev.meshd.engine.NodeEngine;
import dev.meshd.engine.PingResult;
import dev.meshd.engine.datapath.Inbound;
import dev.meshd.engine.datapath.Outbound;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.engine.datapath.OverlaySink;
import dev.meshd.engine.datapath.PacketFilter;
import dev.meshd.engine.datapath.UnderlaySink;
import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.disco.DiscoEnvelope;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardPeer;
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

  /** Small packets only: keeps the memory of a world small. */
  private static final int MTU = 128;

  private static final int BUFFER_BYTES = 512;

  /** Packets for one relay that wait for the connection. */
  private static final int MAX_WAITING = 32;

  private static final long HTTPS_NS = 50_000_000L;

  private final SimNode owner;
  private final SimWorld world;
  private final NodeEngine engine;
  private final Outbound outbound;
  private final Inbound inbound;
  private final OutboundCommands commands = new OutboundCommands(() -> {});
  private final MemorySegment sendBuffer;
  private final MemorySegment receiveBuffer;
  private final List<byte[]> opened = new ArrayList<>();
  private final Set<Integer> relaysWanted = new LinkedHashSet<>();
  private final Map<Integer, ArrayDeque<Runnable>> waiting = new HashMap<>();
  private List<Endpoint> endpoints = List.of();
  private boolean signalled;
  private boolean closed;
  private long wakeAtNs = Deadline.NONE;

  SimEngine(SimNode owner, SimWorld world, EngineSettings settings) {
    this.owner = owner;
    this.world = world;
    this.engine = new NodeEngine(settings, new SignalQueue(() -> signalled = true), new Requests());
    this.outbound =
        new Outbound(engine.device(), new Underlay(), PacketFilter.NONE, world.arena(), MTU);
    this.inbound = new Inbound(engine.device(), new Overlay(), this::toEngine, PacketFilter.NONE);
    this.sendBuffer = world.arena().allocate(BUFFER_BYTES, Long.BYTES);
    this.receiveBuffer = world.arena().allocate(BUFFER_BYTES, Long.BYTES);
  }

  NodeEngine engine() {
    return engine;
  }

  void close() {
    closed = true;
    for (int region : relaysWanted) {
      world.relay(region).ifPresent(relay -> relay.disconnect(owner.nodeKey(), this));
    }
    engine.close();
  }

  /** Runs an input and everything that follows from it at this instant. */
  void enter(Consumer<NodeEngine> input) {
    if (!closed) {
      input.accept(engine);
      settle();
    }
  }

  void sendOverlay(byte[] packet) {
    if (closed) {
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
                relay.disconnect(owner.nodeKey(), this);
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
    if (!closed && relaysWanted.contains(region)) {
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
    if (closed || datagram.length > BUFFER_BYTES) {
      return;
    }
    MemorySegment.copy(datagram, 0, receiveBuffer, ValueLayout.JAVA_BYTE, 0, datagram.length);
    inbound.datagram(receiveBuffer, 0, datagram.length, from, now());
    inbound.flush();
    settle();
    List<byte[]> packets = List.copyOf(opened);
    opened.clear();
    packets.forEach(packet -> owner.onOverlayPacket(packet, this));
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
    if (next < now()) {
      throw new InvariantViolation(
          "node " + owner.id() + " asks to be woken " + (now() - next) + " ns ago");
    }
    if (next < wakeAtNs) {
      wakeAtNs = next;
      world.events().at(next, () -> wake(next));
    }
  }

  private void wake(long plannedNs) {
    if (closed || wakeAtNs != plannedNs) {
      return;
    }
    wakeAtNs = Deadline.NONE;
    engine.onDeadline(now());
    if (engine.nextDeadlineNs() <= now()) {
      throw new InvariantViolation("node " + owner.id() + " has not done what was due");
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
    if (relay.get().isConnected(owner.nodeKey(), this)) {
      relay.get().send(owner.nodeKey(), to, packet, DiscoEnvelope.matches(packet));
      return;
    }
    ArrayDeque<Runnable> queue = waiting.computeIfAbsent(region, _ -> new ArrayDeque<>());
    if (queue.size() == MAX_WAITING) {
      queue.remove();
    }
    queue.add(() -> sendByRelay(region, to, packet));
  }

  private void connect(int region) {
    world
        .relay(region)
        .ifPresent(
            relay ->
                relay.connect(
                    owner.nodeKey(), this, () -> !closed && relaysWanted.contains(region)));
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
        throw new InvariantViolation("node " + owner.id() + " sent a packet in clear");
      }
      Endpoint direct = path.endpoint();
      if (direct != null) {
        world.internet().send(owner.underlayAddress(), direct, datagram);
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
      world.internet().send(owner.underlayAddress(), to, datagram);
    }

    @Override
    public void sendDerp(int region, NodeKey to, byte[] packet) {
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
      world.relay(region).ifPresent(relay -> relay.disconnect(owner.nodeKey(), SimEngine.this));
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
      world.trace("node %d reaches %s via %s".formatted(owner.id(), peer.shortText(), via));
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
