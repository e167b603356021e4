package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.Deadline;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ObjIntConsumer;

/**
 * Which relay regions this node is connected to, and which one reaches a peer.
 *
 * <ul>
 *   <li>The home region is held for good, since peers look for us there.
 *   <li>Another region is opened when something is to be sent to a peer that listens there, and
 *       closed when nothing was sent through it for 60 s.
 *   <li>A peer that was heard on a connection we hold is answered there, so that the two ends of a
 *       conversation need one relay and not two.
 * </ul>
 *
 * <p>Owned by the engine loop. Source: tailscale: wgengine/magicsock/derp.go.
 */
final class RelayUse {

  static final long IDLE_CLOSE_NS = 60_000_000_000L;
  private static final long SWEEP_NS = 15_000_000_000L;

  private static final class Connection {
    boolean connected;
    long lastUsedNs;
  }

  private final EngineOutput out;
  private final Map<Integer, Connection> open = new HashMap<>();
  private final Map<NodeKey, Integer> heardOn = new HashMap<>();
  private DerpMap map = DerpMap.empty();
  private int home;
  private int announcedHome;
  private long sweepNs = Deadline.NONE;

  RelayUse(EngineOutput out) {
    this.out = out;
  }

  /** A region whose definition changed is closed; it is opened anew when next used. */
  void onMap(DerpMap next, long nowNs) {
    DerpMap before = map;
    map = next;
    for (int region : new TreeSet<>(open.keySet())) {
      if (!next.region(region).equals(before.region(region))) {
        close(region);
      }
    }
    if (home != 0) {
      use(home, nowNs);
    }
  }

  DerpMap map() {
    return map;
  }

  /** The regions that may be anyone's home. */
  SortedSet<Integer> eligibleHomes() {
    SortedSet<Integer> eligible = new TreeSet<>();
    for (DerpRegion region : map.regions().values()) {
      if (!region.noMeasureNoHome() && !region.relays().isEmpty()) {
        eligible.add(region.id());
      }
    }
    return eligible;
  }

  /** The home moved; 0 for none. The old home is closed when it has been idle long enough. */
  void onHome(int region, long nowNs) {
    home = region;
    if (region != 0) {
      use(region, nowNs);
    }
    armSweep(nowNs);
    announceHome();
  }

  int home() {
    return home;
  }

  /**
   * The home that others are told: the present one from the moment we are connected there, because
   * a packet sent to a home that nobody has moved into yet is lost.
   */
  int announcedHome() {
    return announcedHome;
  }

  void onConnected(int region) {
    Connection connection = open.get(region);
    if (connection != null) {
      connection.connected = true;
      announceHome();
    }
  }

  private void announceHome() {
    if (home != announcedHome && (home == 0 || isConnected(home))) {
      announcedHome = home;
      out.homeRegionChanged(home);
    }
  }

  /** The connection broke; the shell reconnects by itself. What was heard on it is forgotten. */
  void onDisconnected(int region) {
    Connection connection = open.get(region);
    if (connection != null) {
      connection.connected = false;
    }
    heardOn.values().removeIf(heard -> heard == region);
  }

  boolean isConnected(int region) {
    Connection connection = open.get(region);
    return connection != null && connection.connected;
  }

  /**
   * A packet of this node came through the region.
   *
   * @return whether the way to it may have changed
   */
  boolean noteHeard(NodeKey from, int region) {
    if (!isConnected(region)) {
      return false;
    }
    Integer before = heardOn.put(from, region);
    return before == null || before != region;
  }

  /** The relay says the node is not (any longer) connected to it. */
  void onPeerGone(NodeKey peer, int region) {
    heardOn.remove(peer, region);
  }

  void forget(NodeKey peer) {
    heardOn.remove(peer);
  }

  /**
   * The region that reaches a peer: its home if we are connected there, or else where we last heard
   * it, or else its home after all. 0 if there is no way.
   */
  int regionFor(MeshPeer peer) {
    int peerHome = map.region(peer.homeRegion()).isPresent() ? peer.homeRegion() : 0;
    if (peerHome != 0 && isConnected(peerHome)) {
      return peerHome;
    }
    Integer heard = heardOn.get(peer.key());
    return heard != null && isConnected(heard) ? heard : peerHome;
  }

  /** Something is about to be sent through the region. */
  void use(int region, long nowNs) {
    Connection connection = open.get(region);
    if (connection == null) {
      DerpRegion definition = map.regions().get(region);
      if (definition == null) {
        return;
      }
      connection = new Connection();
      open.put(region, connection);
      armSweep(nowNs);
      connection.lastUsedNs = nowNs;
      out.connectDerp(definition);
    }
    connection.lastUsedNs = Math.max(connection.lastUsedNs, nowNs);
  }

  void onDeadline(long nowNs) {
    if (!Deadline.reached(sweepNs, nowNs)) {
      return;
    }
    sweepNs = Deadline.NONE;
    for (Iterator<Integer> regions = new TreeSet<>(open.keySet()).iterator(); regions.hasNext(); ) {
      int region = regions.next();
      Connection connection = open.get(region);
      if (region != home && connection != null && nowNs - connection.lastUsedNs >= IDLE_CLOSE_NS) {
        close(region);
      }
    }
    armSweep(nowNs);
  }

  long nextDeadlineNs() {
    return sweepNs;
  }

  /** Counts what is held, by kind. */
  void census(ObjIntConsumer<String> counts) {
    counts.accept("relays held", open.size());
    counts.accept("peers heard on relays", heardOn.size());
  }

  private void armSweep(long nowNs) {
    boolean othersOpen = open.keySet().stream().anyMatch(region -> region != home);
    if (othersOpen && sweepNs == Deadline.NONE) {
      sweepNs = nowNs + SWEEP_NS;
    }
  }

  private void close(int region) {
    open.remove(region);
    heardOn.values().removeIf(heard -> heard == region);
    out.closeDerp(region);
  }
}
