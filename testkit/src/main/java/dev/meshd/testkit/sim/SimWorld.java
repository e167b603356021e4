package dev.meshd.testkit.sim;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.packet.IpAddress;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that exists in one simulation, on one thread: machines, the internet between them,
 * relays, a coordination server, an attacker, and time. Closing it frees the machines' memory.
 */
final class SimWorld implements AutoCloseable {

  private final EventQueue events = new EventQueue();
  private final Arena arena = Arena.ofConfined();
  private final PacketLedger ledger = new PacketLedger();
  private final SimInternet internet;
  private final Map<Integer, SimRelay> relays = new TreeMap<>();
  private final SimCoordinator coordinator;
  private final SimAttacker attacker;
  private final List<SimSite> sites = new ArrayList<>();
  private final List<SimNode> nodes = new ArrayList<>();
  private final Trace trace = new Trace(events);
  private final SimRandom random;

  SimWorld(SimRandom random, int relayCount) {
    this.random = random;
    this.internet = new SimInternet(events, random.branch());
    List<DerpRegion> regions = new ArrayList<>();
    for (int id = 1; id <= relayCount; id++) {
      relays.put(id, new SimRelay(id, events, random.branch()));
      regions.add(DerpRegion.of(id, "r" + id, "Region " + id, stunServer(id)));
    }
    this.coordinator =
        new SimCoordinator(events, random.branch(), DerpMap.of(regions.toArray(DerpRegion[]::new)));
    this.attacker = new SimAttacker(this, random.branch());
  }

  private DerpNode stunServer(int region) {
    IpAddress v4 = IpAddress.ofV4(0xC0000200 + region);
    IpAddress v6 = IpAddress.ofV6(0x2001_0db8_ffff_0000L, region);
    SimStunServer server = new SimStunServer(internet);
    internet.attach(v4, server);
    internet.attach(v6, server);
    return DerpNode.of("relay" + region, region, "relay" + region + ".test")
        .withAddresses(v4.toString(), v6.toString());
  }

  EventQueue events() {
    return events;
  }

  Arena arena() {
    return arena;
  }

  PacketLedger ledger() {
    return ledger;
  }

  SimInternet internet() {
    return internet;
  }

  SimCoordinator coordinator() {
    return coordinator;
  }

  SimAttacker attacker() {
    return attacker;
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

  List<SimSite> sites() {
    return sites;
  }

  SimSite addSite(SimSite.Kind kind) {
    SimSite site = new SimSite(sites.size() + 1, kind);
    sites.add(site);
    return site;
  }

  SimNode addNode(SimSite site) {
    SimNode node = new SimNode(nodes.size(), this, random.branch(), site);
    nodes.add(node);
    return node;
  }

  /** A short question that {@link PacketLedger#isAnswered} will tell about. */
  long ask(SimNode from, SimNode to) {
    return ledger.ask(from, to, false, 0);
  }

  /** Lets time pass. */
  void pass(long ns) {
    events.runUntil(events.nowNs() + ns);
  }

  String nameOf(NodeKey key) {
    return nodes.stream()
        .filter(node -> node.nodeKey().equals(key))
        .map(SimNode::name)
        .findFirst()
        .orElse(key.shortText());
  }

  Trace trace() {
    return trace;
  }

  /** Keeps a line of history; see {@link Trace#add}. */
  void trace(String format, Object... values) {
    trace.add(format, values);
  }

  @Override
  public void close() {
    nodes.forEach(SimNode::stop);
    arena.close();
  }
}
