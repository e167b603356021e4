package dev.meshd.testkit.sim;

import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.packet.IpAddress;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that exists in one simulation, on one thread: nodes, the internet between them,
 * relays, a coordination server, and time. Closing it frees the nodes' memory.
 */
final class SimWorld implements AutoCloseable {

  /** A packet in transit may only come out where it was meant to: who sent what. */
  private final Map<Long, OverlayPacket> sent = new TreeMap<>();

  /** What has come out, each only once however often the underlay duplicated it. */
  private final Set<OverlayPacket> delivered = new HashSet<>();

  private final EventQueue events = new EventQueue();
  private final Arena arena = Arena.ofConfined();
  private final SimInternet internet;
  private final Map<Integer, SimRelay> relays = new TreeMap<>();
  private final SimCoordinator coordinator;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final SimRandom random;
  private long packets;

  SimWorld(SimRandom random, int relayCount) {
    this.random = random;
    this.internet = new SimInternet(events, random.branch());
    List<DerpRegion> regions = new ArrayList<>();
    for (int id = 1; id <= relayCount; id++) {
      relays.put(id, new SimRelay(id, events, random.branch()));
      DerpNode node =
          DerpNode.of("relay" + id, id, "relay" + id + ".test")
              .withAddresses(stunAddress(id).toString(), "none");
      regions.add(DerpRegion.of(id, "r" + id, "Region " + id, node));
      internet.attach(stunAddress(id), new SimStunServer(internet), Optional.empty());
    }
    this.coordinator = new SimCoordinator(events, DerpMap.of(regions.toArray(DerpRegion[]::new)));
  }

  EventQueue events() {
    return events;
  }

  Arena arena() {
    return arena;
  }

  SimInternet internet() {
    return internet;
  }

  SimCoordinator coordinator() {
    return coordinator;
  }

  Optional<SimRelay> relay(int region) {
    return Optional.ofNullable(relays.get(region));
  }

  List<SimRelay> relays() {
    return List.copyOf(relays.values());
  }

  List<SimNode> nodes() {
    return nodes;
  }

  SimNode addNode(IpAddress address, Optional<SimNat> nat) {
    SimNode node = new SimNode(nodes.size() + 1, this, random.branch(), address, nat);
    nodes.add(node);
    return node;
  }

  /** Sends a numbered packet through the tunnel and returns its number. */
  long ping(SimNode from, SimNode to) {
    long number = ++packets;
    sent.put(number, new OverlayPacket(from.overlay(), to.overlay(), number, false));
    from.sendPing(to, number);
    return number;
  }

  /** A packet came out of a tunnel: it must be one that went in, and come out only once. */
  void noteDelivered(OverlayPacket packet) {
    OverlayPacket original = sent.get(packet.number());
    OverlayPacket expected = original == null || !packet.answer() ? original : original.reply();
    if (!packet.equals(expected)) {
      throw new InvariantViolation("delivered " + packet + " but sent " + original);
    }
    if (!delivered.add(packet)) {
      throw new InvariantViolation("delivered twice: " + packet);
    }
  }

  /** Keeps a line of history for the message of a failure. */
  void trace(String what) {
    double seconds = (events.nowNs() - EventQueue.START_NS) / 1e9;
    trace.add("%9.3f s  %s".formatted(seconds, what));
  }

  List<String> history() {
    return trace;
  }

  static IpAddress stunAddress(int region) {
    return IpAddress.ofV4(0xC0000200 + region);
  }

  @Override
  public void close() {
    nodes.forEach(SimNode::stop);
    arena.close();
  }
}
