package dev.meshd.agent.backend;

import dev.meshd.agent.backend.HealthConditions.Condition;
import dev.meshd.agent.node.MeshNode;
import dev.meshd.agent.node.NodeEvents;
import dev.meshd.agent.state.NodeState;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.session.NetmapChange;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.engine.NetInfo;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.tun.TunException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the running node in line with the network map: makes it, changes it, ends it, and gathers
 * what it finds out. A {@link MeshNode} exists exactly while it is wanted, authorised and its key
 * has not expired.
 *
 * <p>Owned by the backend's thread; what the node reports on its own threads is posted there.
 */
final class MeshSupervisor {
  private static final Logger log = LoggerFactory.getLogger(MeshSupervisor.class);
  private static final Duration RELAY_PATIENCE = Duration.ofSeconds(10);

  private final MeshNode.Underlay underlay;
  private final HealthConditions health;
  private final Owner owner;

  private DiscoPrivateKey disco = DiscoPrivateKey.generate();
  private Optional<MeshNode> mesh = Optional.empty();
  private List<TypedEndpoint> endpoints = List.of();
  private Optional<NetInfo> netInfo = Optional.empty();
  private int homeRegion;
  private String relayProblem = "";
  private Instant relaySeen = Instant.now();
  private final Set<NodeKey> directPeers = new HashSet<>();

  /** Who runs tasks for the supervisor and hears from it, on the backend's thread. */
  interface Owner {
    void post(Runnable task);

    /** What the coordination server is to know has changed. */
    void factsChanged();

    /** A relay connection came up or broke. */
    void livenessChanged();

    /** The node is gone without having been told to go, or could not be made. */
    void meshLost();

    /** The machine moved to another network, or woke up. */
    void networkChanged();
  }

  MeshSupervisor(MeshNode.Underlay underlay, HealthConditions health, Owner owner) {
    this.underlay = underlay;
    this.health = health;
    this.owner = owner;
  }

  /**
   * Brings the node in line.
   *
   * @param change what is new in the map; empty to look at all of it
   * @param streaming whether the coordination server hears what the node finds out
   */
  void apply(NodeState known, Netmap map, Optional<NetmapChange> change, boolean streaming) {
    boolean wanted =
        known.prefs().wantRunning()
            && known.nodeKey().isPresent()
            && map.self().machineAuthorized()
            && !map.selfExpired(Instant.now());
    if (!wanted) {
      close();
      return;
    }
    NodeKey key = known.nodeKey().orElseThrow().publicKey();
    if (mesh.filter(node -> node.publicKey().equals(key)).isPresent()) {
      MeshNode node = mesh.get();
      change.ifPresentOrElse(
          changed -> node.apply(map, changed, known.prefs()), () -> node.apply(map, known.prefs()));
      return;
    }
    close();
    open(known, map, streaming);
  }

  private void open(NodeState known, Netmap map, boolean streaming) {
    try {
      MeshNode node = new MeshNode(underlay, known.nodeKey().orElseThrow(), disco, new Events());
      mesh = Optional.of(node);
      relaySeen = Instant.now();
      node.apply(map, known.prefs());
      node.controlConnected(streaming);
      health.clear(Condition.INTERFACE);
    } catch (TunException e) {
      log.warn("{}", e.getMessage());
      health.set(Condition.INTERFACE, String.valueOf(e.getMessage()), Instant.now());
      owner.meshLost();
    }
  }

  void close() {
    mesh.ifPresent(MeshNode::close);
    mesh = Optional.empty();
    endpoints = List.of();
    netInfo = Optional.empty();
    homeRegion = 0;
    directPeers.clear();
  }

  /** Uses the disco key of an earlier run, which peers still know; only while there is no node. */
  void useDiscoKey(DiscoPrivateKey key) {
    if (mesh.isPresent()) {
      throw new IllegalStateException("the disco key of a running node stays");
    }
    disco = key;
  }

  DiscoPrivateKey discoPrivateKey() {
    return disco;
  }

  DiscoKey discoKey() {
    return disco.publicKey();
  }

  Optional<MeshNode> mesh() {
    return mesh;
  }

  List<TypedEndpoint> endpoints() {
    return endpoints;
  }

  Optional<NetInfo> netInfo() {
    return netInfo;
  }

  int homeRegion() {
    return homeRegion;
  }

  /**
   * Whether packets can flow: by a relay, directly to a peer, or the map has no relay to wait for.
   */
  boolean isLive(Optional<Netmap> map) {
    boolean noRelays =
        map.filter(m -> m.derpMap().regions() == null || m.derpMap().regions().isEmpty())
            .isPresent();
    return mesh.isPresent()
        && (noRelays || !directPeers.isEmpty() || mesh.get().isAnyRelayConnected());
  }

  /** Notices a node that has been without a relay for too long. */
  void checkRelays(Optional<Netmap> map, Instant now) {
    if (mesh.isEmpty() || isLive(map)) {
      relaySeen = now;
      health.clear(Condition.NO_RELAY);
    } else if (Duration.between(relaySeen, now).compareTo(RELAY_PATIENCE) > 0) {
      String why = relayProblem.isEmpty() ? "." : ": " + relayProblem + ".";
      health.set(
          Condition.NO_RELAY,
          "No relay can be reached"
              + why
              + " Peers without a direct path cannot be reached until one answers; see what the"
              + " network lets through with: meshd netcheck",
          now);
    }
  }

  /** Called on the node's threads. */
  private final class Events implements NodeEvents {
    @Override
    public void endpointsChanged(List<TypedEndpoint> changed) {
      owner.post(
          () -> {
            endpoints = List.copyOf(changed);
            owner.factsChanged();
          });
    }

    @Override
    public void netInfoChanged(NetInfo changed) {
      owner.post(
          () -> {
            netInfo = Optional.of(changed);
            owner.factsChanged();
          });
    }

    @Override
    public void homeRegionChanged(int region) {
      owner.post(() -> homeRegion = region);
    }

    @Override
    public void relayChanged(int region, String problem) {
      owner.post(
          () -> {
            relayProblem = problem;
            if (problem.isEmpty()) {
              health.clear(Condition.NO_RELAY);
            }
            owner.livenessChanged();
          });
    }

    @Override
    public void pathChanged(NodeKey peer, Endpoint via) {
      log.debug("path to {} is {}", peer.shortText(), via);
      owner.post(
          () -> {
            if (via.isDerp() ? directPeers.remove(peer) : directPeers.add(peer)) {
              owner.livenessChanged();
            }
          });
    }

    @Override
    public void interfaceGone() {
      owner.post(
          () -> {
            log.warn(
                "the interface {} was removed by someone else; making it again",
                underlay.interfaceName());
            close();
            owner.meshLost();
          });
    }

    @Override
    public void networkChanged() {
      owner.post(owner::networkChanged);
    }
  }
}
