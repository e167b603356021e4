package dev.meshd.derp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClient;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.client.DerpListener;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A client that stops reading loses its own packets and then its connection; nobody else notices.
 */
class SlowReaderTest {
  private static final long LIMIT_S = 30;
  private static final byte[] BULK = new byte[60_000];

  @Test
  void doesNotHoldOthersUpAndIsClosed() throws Exception {
    EventLoopGroup shared = DerpClientConfig.newEventLoops(2, "slow-reader-test");
    EventLoopGroup stalled = DerpClientConfig.newEventLoops(1, "stalled");
    ServerIdentity identity = ServerIdentity.selfSigned(List.of("127.0.0.1"), Instant.now());
    var config =
        DerpServerConfig.of(NodePrivateKey.generate(), Admission.open())
            .withLimits(Duration.ofMillis(300), 100);
    var release = new CountDownLatch(1);
    try (var server = new DerpServer(config);
        var port =
            server.listen(
                shared, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), identity)) {
      DerpNode node =
          DerpNode.of("1a", 1, "127.0.0.1")
              .withCertName(identity.pin())
              .withAddresses("127.0.0.1", "none")
              .withPorts(port.address().getPort(), -1);
      DerpRegion region = DerpRegion.of(1, "one", "One", node);
      try (var sender = new Node(shared, region, () -> {});
          var reader = new Node(shared, region, () -> {});
          var slow = new Node(stalled, region, () -> awaitQuietly(release))) {
        sender.awaitConnected();
        reader.awaitConnected();
        slow.awaitConnected();
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (server.stats().writeTimeouts() == 0 && System.nanoTime() < endNs) {
          // One at a time to the reader: each round also proves that it is still being served.
          sender.client.send(slow.key, BULK);
          sender.client.send(reader.key, new byte[1]);
          assertThat(reader.packets.tryAcquire(LIMIT_S, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(server.stats().writeTimeouts()).isEqualTo(1);
        assertThat(server.stats().dropped(RelayDrop.QUEUE_HEAD, false)).isPositive();
      } finally {
        release.countDown();
      }
    } finally {
      shared.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
      stalled.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static void awaitQuietly(CountDownLatch release) {
    try {
      release.await(LIMIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Node implements DerpListener, AutoCloseable {
    final NodePrivateKey privateKey = NodePrivateKey.generate();
    final NodeKey key = privateKey.publicKey();
    final Semaphore packets = new Semaphore(0);
    final DerpClient client;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Runnable onPacket;

    Node(EventLoopGroup loops, DerpRegion region, Runnable onPacket) {
      this.onPacket = onPacket;
      this.client = DerpClient.open(DerpClientConfig.system(loops), region, privateKey, this);
    }

    void awaitConnected() throws InterruptedException {
      assertThat(connected.await(LIMIT_S, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void onConnected(ServerInfo info) {
      connected.countDown();
    }

    @Override
    public void onPacket(NodeKey source, byte[] packet) {
      packets.release();
      onPacket.run();
    }

    @Override
    public void onPeerGone(NodeKey peer, PeerGoneReason reason) {}

    @Override
    public void onDisconnected(String cause) {}

    @Override
    public void close() {
      client.close();
    }
  }
}
