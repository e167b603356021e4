package dev.meshd.agent.node;

import dev.meshd.agent.datapath.RelaySink;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClient;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.client.DerpListener;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One relay client per region the engine wants. Sending is thread-safe; opening, closing and the
 * home region belong to the engine loop.
 */
final class RelayConnections implements RelaySink, AutoCloseable {
  private final DerpClientConfig config;
  private final NodePrivateKey key;
  private final Listener listener;
  private final Map<Integer, DerpClient> clients = new ConcurrentHashMap<>();
  private int home;

  /** What relays bring, on their network threads. */
  interface Listener {
    void connected(int region);

    void disconnected(int region, String cause);

    void packet(int region, NodeKey source, byte[] packet);

    void peerGone(int region, NodeKey peer);
  }

  /**
   * @param key borrowed until {@link #close}
   */
  RelayConnections(DerpClientConfig config, NodePrivateKey key, Listener listener) {
    this.config = config;
    this.key = key;
    this.listener = listener;
  }

  void connect(DerpRegion region) {
    DerpClient known = clients.get(region.id());
    if (known != null) {
      if (known.region().equals(region)) {
        return;
      }
      known.close();
    }
    DerpClient client = DerpClient.open(config, region, key, new RegionListener(region.id()));
    client.notePreferred(region.id() == home);
    clients.put(region.id(), client);
  }

  void close(int region) {
    DerpClient client = clients.remove(region);
    if (client != null) {
      client.close();
    }
  }

  void homeChanged(int region) {
    home = region;
    clients.forEach((id, client) -> client.notePreferred(id == region));
  }

  /** The machine's network changed: connections over the old one are not worth waiting for. */
  void reconnect() {
    clients.values().forEach(DerpClient::reconnect);
  }

  void send(int region, NodeKey to, byte[] packet) {
    DerpClient client = clients.get(region);
    if (client != null) {
      client.send(to, packet);
    }
  }

  @Override
  public boolean send(int region, NodeKey to, MemorySegment memory, long offset, int length) {
    DerpClient client = clients.get(region);
    if (client == null) {
      return false;
    }
    client.send(to, memory, offset, length);
    return true;
  }

  boolean isAnyConnected() {
    return clients.values().stream().anyMatch(DerpClient::isConnected);
  }

  @Override
  public void close() {
    clients.values().forEach(DerpClient::close);
    clients.clear();
  }

  /** Adds the region to what its client reports. */
  private final class RegionListener implements DerpListener {
    private final int region;

    RegionListener(int region) {
      this.region = region;
    }

    @Override
    public void onConnected(ServerInfo info) {
      listener.connected(region);
    }

    @Override
    public void onPacket(NodeKey source, byte[] packet) {
      listener.packet(region, source, packet);
    }

    @Override
    public void onPeerGone(NodeKey peer, PeerGoneReason reason) {
      listener.peerGone(region, peer);
    }

    @Override
    public void onDisconnected(String cause) {
      listener.disconnected(region, cause);
    }
  }
}
