package dev.meshd.testkit.sim;

import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpRegion;
import dev.meshd.engine.MeshPeer;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A coordination server reduced to what nodes see of one: it registers machines, keeps each one's
 * entry and who may call whom, sends a node that connects the full map, and the differences after
 * that. It never forgets, as the real one's database does not.
 *
 * <p>Two machines see each other if either may call the other; whom a machine may be called by is
 * in its packet filter. A machine that has no home relay yet keeps the one it had. The addresses of
 * a machine that was removed go to the next newcomer.
 */
final class SimCoordinator {

  /** A machine's end of its map stream. */
  interface Stream {
    /** The machine, and what it says of itself when it connects. */
    Report report();

    /** Whether the machine has something to register with, should it be unknown. */
    boolean mayRegister();

    /** Whether the machine still wants this stream. */
    boolean isWanted();

    void onMap(Map<Long, MeshPeer> peers, Set<IpAddress> callers, DerpMap relays, MeshPeer self);

    void onChange(KnownMap.Change change);
  }

  /** What a machine says of itself. */
  record Report(
      String machine, NodeKey key, DiscoKey disco, List<Endpoint> endpoints, int homeRegion) {}

  private record Call(String from, String to) {}

  /** What one stream has been sent. */
  private static final class Sent {
    final Stream stream;
    Map<Long, MeshPeer> peers = Map.of();
    Set<IpAddress> callers = Set.of();
    DerpMap relays = DerpMap.empty();
    long lastDeliveryNs;
    boolean opened;

    Sent(Stream stream) {
      this.stream = stream;
    }
  }

  private static final long DELAY_NS = 20_000_000L;
  private static final long RETRY_NS = 200_000_000L;

  private final EventQueue events;
  private final SimRandom random;
  private final Map<String, MeshPeer> entries = new TreeMap<>();
  private final Map<String, Sent> streams = new TreeMap<>();
  private final Set<Call> forbidden = new HashSet<>();
  private DerpMap relays;
  private long maxExtraDelayNs;
  private long ids;
  private boolean up = true;
  private boolean retired;

  SimCoordinator(EventQueue events, SimRandom random, DerpMap relays) {
    this.events = events;
    this.random = random;
    this.relays = relays;
  }

  // --- what machines do

  /** Opens a machine's stream, as soon as the server is up, and tells everyone of the machine. */
  void connect(Stream stream) {
    events.after(
        DELAY_NS,
        () -> {
          if (!stream.isWanted()) {
            return;
          }
          if (!up) {
            events.after(RETRY_NS, () -> connect(stream));
            return;
          }
          Report report = stream.report();
          MeshPeer known = entries.get(report.machine());
          if (known != null || stream.mayRegister()) {
            entries.put(report.machine(), entry(report, Optional.ofNullable(known)));
            streams.put(report.machine(), new Sent(stream));
            push();
          }
        });
  }

  void disconnect(String machine) {
    streams.remove(machine);
  }

  /** A machine tells where it is; lost while the server is down, and told again on reconnection. */
  void report(String machine, List<Endpoint> endpoints, int homeRegion) {
    events.after(
        DELAY_NS,
        () -> {
          if (up && streams.containsKey(machine)) {
            change(
                machine,
                entry ->
                    entry
                        .withEndpoints(endpoints)
                        .withHomeRegion(homeRegion == 0 ? entry.homeRegion() : homeRegion));
          }
        });
  }

  // --- what the administrator does; works while the server is down too, as a change of its
  // database

  void remove(String machine) {
    entries.remove(machine);
    streams.remove(machine);
    push();
  }

  void setExpired(String machine, boolean expired) {
    change(machine, entry -> entry.withExpired(expired));
  }

  void setAllowed(String from, String to, boolean allowed) {
    Call call = new Call(from, to);
    if (allowed ? forbidden.remove(call) : forbidden.add(call)) {
      push();
    }
  }

  /** A region is gone for good: machines are told so, if they were not before. */
  void withdrawRelay(int region) {
    relays =
        DerpMap.of(
            relays.regions().values().stream()
                .filter(other -> other.id() != region)
                .toArray(DerpRegion[]::new));
    push();
  }

  // --- what happens to the server

  /** Nothing is told and nothing heard until {@link #start}. */
  void stop() {
    up = false;
    streams.clear();
  }

  void start() {
    up = !retired;
  }

  /** Stops and never starts again. */
  void retire() {
    retired = true;
    stop();
  }

  boolean isUp() {
    return up;
  }

  /** Each message takes up to so much longer, and none overtakes another of its stream. */
  void useExtraDelay(long maxNs) {
    maxExtraDelayNs = maxNs;
  }

  // --- the truth, for the reference model

  Optional<MeshPeer> entry(String machine) {
    return Optional.ofNullable(entries.get(machine));
  }

  boolean isAllowed(String from, String to) {
    return !forbidden.contains(new Call(from, to));
  }

  DerpMap relays() {
    return relays;
  }

  // --- inside

  private MeshPeer entry(Report report, Optional<MeshPeer> known) {
    long id = known.map(MeshPeer::id).orElseGet(() -> ++ids);
    List<IpPrefix> addresses = known.map(MeshPeer::addresses).orElseGet(this::freeAddresses);
    boolean expired =
        known.map(entry -> entry.expired() && entry.key().equals(report.key())).orElse(false);
    return new MeshPeer(
        id,
        report.key(),
        report.disco(),
        addresses,
        addresses,
        report.endpoints(),
        report.homeRegion() == 0 ? known.map(MeshPeer::homeRegion).orElse(0) : report.homeRegion(),
        expired);
  }

  private List<IpPrefix> freeAddresses() {
    for (int host = 1; ; host++) {
      List<IpPrefix> candidate =
          List.of(
              IpPrefix.single(IpAddress.ofV4(0x64400000 + host)),
              IpPrefix.single(IpAddress.ofV6(0xfd7a_115c_a1e0_0000L, host)));
      if (entries.values().stream().noneMatch(entry -> entry.addresses().equals(candidate))) {
        return candidate;
      }
    }
  }

  private void change(String machine, UnaryOperator<MeshPeer> how) {
    MeshPeer before = entries.get(machine);
    if (before != null) {
      entries.put(machine, how.apply(before));
      push();
    }
  }

  /** Brings every stream up to date. */
  private void push() {
    if (up) {
      new TreeMap<>(streams).forEach(this::push);
    }
  }

  private void push(String machine, Sent sent) {
    MeshPeer self = entry(machine).orElseThrow();
    Map<Long, MeshPeer> peers = new TreeMap<>();
    Set<IpAddress> callers = new HashSet<>();
    entries.forEach(
        (other, entry) -> {
          boolean calls = isAllowed(other, machine);
          if (!other.equals(machine) && (calls || isAllowed(machine, other))) {
            peers.put(entry.id(), entry);
          }
          if (!other.equals(machine) && calls) {
            entry.addresses().forEach(address -> callers.add(address.address()));
          }
        });
    DerpMap map = relays;
    if (!sent.opened) {
      sent.opened = true;
      deliver(machine, sent, () -> sent.stream.onMap(peers, callers, map, self));
    } else {
      KnownMap.Change change = difference(sent, peers, callers, map);
      if (!change.isEmpty()) {
        deliver(machine, sent, () -> sent.stream.onChange(change));
      }
    }
    sent.peers = peers;
    sent.callers = callers;
    sent.relays = map;
  }

  private static KnownMap.Change difference(
      Sent sent, Map<Long, MeshPeer> peers, Set<IpAddress> callers, DerpMap map) {
    Map<Long, MeshPeer> before = new HashMap<>(sent.peers);
    List<MeshPeer> changed = new ArrayList<>();
    peers.forEach(
        (id, peer) -> {
          if (!peer.equals(before.remove(id))) {
            changed.add(peer);
          }
        });
    return new KnownMap.Change(
        changed,
        before.keySet().stream().sorted().toList(),
        callers.equals(sent.callers) ? Optional.empty() : Optional.of(callers),
        map.equals(sent.relays) ? Optional.empty() : Optional.of(map));
  }

  private void deliver(String machine, Sent sent, Runnable message) {
    long delay = DELAY_NS + random.between(0, maxExtraDelayNs);
    sent.lastDeliveryNs = Math.max(sent.lastDeliveryNs, events.nowNs() + delay);
    events.at(
        sent.lastDeliveryNs,
        () -> {
          if (sent.equals(streams.get(machine))) {
            message.run();
          }
        });
  }
}
