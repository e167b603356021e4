package dev.meshd.e2e.attack;

import dev.meshd.control.model.DERPNode;
import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClient;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.client.DerpListener;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two honest nodes at a relay; one sends the other a packet every 20 ms: {@code URL AUTHKEY
 * SECONDS}. Prints {@code connected}, and in the end {@code received R of N, longest gap G ms,
 * reconnects C}.
 */
public final class RelayPair {
  private static final int INTERVAL_MS = 20;

  private final AtomicInteger received = new AtomicInteger();
  private final AtomicInteger disconnects = new AtomicInteger();
  private final AtomicLong longestGapNs = new AtomicLong();
  private final CountDownLatch connected = new CountDownLatch(2);
  private long lastNs;

  private RelayPair() {}

  public static void main(String[] args) throws Exception {
    EventLoopGroup loops = DerpClientConfig.newEventLoops(1, "pair");
    try (var from = new Enrolled(loops, args[0], Enrolled.serverKey(args[0]), "sender");
        var to = new Enrolled(loops, args[0], Enrolled.serverKey(args[0]), "receiver")) {
      from.join(args[1]);
      to.join(args[1]);
      new RelayPair().run(loops, from, to, Integer.parseInt(args[2]));
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private void run(EventLoopGroup loops, Enrolled from, Enrolled to, int seconds)
      throws IOException, InterruptedException {
    DerpClientConfig config = DerpClientConfig.system(loops);
    DerpRegion region = region(from);
    try (DerpClient sender = DerpClient.open(config, region, from.node, listener());
        DerpClient _ = DerpClient.open(config, region, to.node, listener())) {
      if (!connected.await(20, TimeUnit.SECONDS)) {
        throw new IOException("the relay does not admit its nodes");
      }
      System.out.println("connected");
      int count = seconds * 1000 / INTERVAL_MS;
      lastNs = System.nanoTime();
      for (int i = 0; i < count; i++) {
        sender.send(to.key(), ByteBuffer.allocate(100).putInt(i).array());
        Thread.sleep(INTERVAL_MS);
      }
      Thread.sleep(500);
      System.out.printf(
          "received %d of %d, longest gap %d ms, reconnects %d%n",
          received.get(), count, longestGapNs.get() / 1_000_000, disconnects.get());
    }
  }

  private static DerpRegion region(Enrolled viewer) throws IOException {
    var region = viewer.view().derpMap().regions().values().iterator().next();
    DERPNode node = region.nodes().getFirst();
    return DerpRegion.of(
        region.regionId(),
        region.regionCode(),
        region.regionName(),
        DerpNode.of(node.name(), region.regionId(), node.hostName())
            .withCertName(node.certName())
            .withAddresses(node.ipv4(), "none")
            .withPorts(node.derpPort(), -1));
  }

  private DerpListener listener() {
    return new DerpListener() {
      @Override
      public void onConnected(ServerInfo info) {
        connected.countDown();
      }

      @Override
      public void onPacket(NodeKey source, byte[] packet) {
        long nowNs = System.nanoTime();
        longestGapNs.accumulateAndGet(nowNs - lastNs, Math::max);
        lastNs = nowNs;
        received.incrementAndGet();
      }

      @Override
      public void onPeerGone(NodeKey peer, PeerGoneReason reason) {}

      @Override
      public void onDisconnected(String cause) {
        System.out.println("disconnected: " + cause);
        disconnects.incrementAndGet();
      }
    };
  }
}
