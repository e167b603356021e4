package dev.meshd.testkit.sim;

import dev.meshd.crypto.NodeKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * One relay region. Connections are reliable and keep order, as TCP does; a node that is not
 * connected gets nothing; the sender is told so for disco packets, and when somebody it has sent to
 * goes, as real relays do.
 */
final class SimRelay {

  /** A node's end of its connection. */
  interface Client {
    void onConnected(int region);

    void onDisconnected(int region);

    void onPacket(int region, NodeKey source, byte[] packet);

    void onPeerGone(int region, NodeKey peer);
  }

  private static final class Connection {
    final Client client;
    final Set<NodeKey> sentTo = new HashSet<>();
    long lastDeliveryNs;

    Connection(Client client) {
      this.client = client;
    }
  }

  private static final long CONNECT_NS = 30_000_000L;
  private static final long HOP_NS = 15_000_000L;
  private static final long RETRY_NS = 500_000_000L;

  private final int region;
  private final EventQueue events;
  private final SimRandom random;
  private final Map<NodeKey, Connection> connections = new HashMap<>();
  private Predicate<byte[]> swallows = packet -> false;
  private boolean up = true;
  private boolean retired;

  SimRelay(int region, EventQueue events, SimRandom random) {
    this.region = region;
    this.events = events;
    this.random = random;
  }

  int region() {
    return region;
  }

  /**
   * Connects, now or when the relay is up again; {@code stillWanted} is asked before each attempt.
   */
  void connect(NodeKey node, Client client, BooleanSupplier stillWanted) {
    events.after(
        CONNECT_NS + random.between(0, CONNECT_NS),
        () -> {
          if (!stillWanted.getAsBoolean()) {
            return;
          }
          if (!up) {
            events.after(RETRY_NS, () -> connect(node, client, stillWanted));
            return;
          }
          connections.put(node, new Connection(client));
          client.onConnected(region);
        });
  }

  /** The node closes its connection; it is told nothing. */
  void disconnect(NodeKey node, Client client) {
    Connection connection = connections.get(node);
    if (connection != null && connection.client.equals(client)) {
      connections.remove(node);
      connections.entrySet().stream()
          .filter(other -> other.getValue().sentTo.contains(node))
          .sorted(Map.Entry.comparingByKey())
          .forEach(other -> tellGone(other.getKey(), other.getValue(), node));
    }
  }

  boolean isConnected(NodeKey node, Client client) {
    Connection connection = connections.get(node);
    return connection != null && connection.client.equals(client);
  }

  void send(NodeKey from, NodeKey to, byte[] packet, boolean disco) {
    Connection sender = connections.get(from);
    if (sender == null || swallows.test(packet)) {
      return;
    }
    sender.sentTo.add(to);
    byte[] copy = packet.clone();
    events.after(HOP_NS, () -> forward(from, to, copy, disco));
  }

  /** Packets that vanish, chosen by what they are; until {@link #swallowNothing}. */
  void swallow(Predicate<byte[]> which) {
    swallows = which;
  }

  void swallowNothing() {
    swallows = packet -> false;
  }

  /** Breaks every connection; nodes can come back when {@link #start} was called. */
  void stop() {
    up = false;
    Map<NodeKey, Connection> broken = new HashMap<>(connections);
    connections.clear();
    broken.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> entry.getValue().client.onDisconnected(region));
  }

  void start() {
    up = !retired;
  }

  /** Stops and never starts again. */
  void retire() {
    retired = true;
    stop();
  }

  boolean isRetired() {
    return retired;
  }

  private void forward(NodeKey from, NodeKey to, byte[] packet, boolean disco) {
    Connection receiver = connections.get(to);
    if (receiver != null) {
      // Later than what went before on the same connection: TCP does not re-order.
      long at = Math.max(events.nowNs() + HOP_NS, receiver.lastDeliveryNs);
      receiver.lastDeliveryNs = at;
      events.at(
          at,
          () -> {
            if (receiver.equals(connections.get(to))) {
              receiver.client.onPacket(region, from, packet);
            }
          });
    } else if (disco) {
      Connection sender = connections.get(from);
      if (sender != null) {
        tellGone(from, sender, to);
      }
    }
  }

  private void tellGone(NodeKey whom, Connection connection, NodeKey gone) {
    events.after(
        HOP_NS,
        () -> {
          if (connection.equals(connections.get(whom))) {
            connection.client.onPeerGone(region, gone);
          }
        });
  }
}
