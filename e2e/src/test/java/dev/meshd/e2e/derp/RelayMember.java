package dev.meshd.e2e.derp;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClient;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.client.DerpListener;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A node at a relay, that writes down what it is told. */
final class RelayMember implements DerpListener, AutoCloseable {
  private static final long LIMIT_S = 30;

  final NodePrivateKey privateKey = NodePrivateKey.generate();
  final NodeKey key = privateKey.publicKey();
  final DerpClient client;
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  RelayMember(DerpClientConfig config, DerpRegion region) {
    client = DerpClient.open(config, region, privateKey, this);
  }

  /** The next thing told; lost connections are left out where {@code evenFailures} is false. */
  String next(boolean evenFailures) throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    while (true) {
      String event = events.poll(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        return "nothing within " + LIMIT_S + " s";
      }
      if (evenFailures || !event.startsWith("disconnected")) {
        return event;
      }
    }
  }

  @Override
  public void onConnected(ServerInfo info) {
    events.add("connected");
  }

  @Override
  public void onPacket(NodeKey source, byte[] packet) {
    events.add("packet from " + source + ": " + new String(packet, StandardCharsets.UTF_8));
  }

  @Override
  public void onPeerGone(NodeKey peer, PeerGoneReason reason) {
    events.add("gone " + peer + " " + reason);
  }

  @Override
  public void onDisconnected(String cause) {
    events.add("disconnected: " + cause);
  }

  @Override
  public void close() {
    client.close();
  }
}
