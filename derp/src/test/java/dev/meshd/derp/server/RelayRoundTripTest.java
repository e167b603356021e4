package dev.meshd.derp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClient;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.client.DerpListener;
import dev.meshd.derp.client.RelayLatency;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real clients, a real server and TLS between them, over loopback. */
class RelayRoundTripTest {
  private static final byte[] DISCO_MAGIC = {
    0x54, 0x53, (byte) 0xF0, (byte) 0x9F, (byte) 0x92, (byte) 0xAC
  };

  private final EventLoopGroup loops = DerpClientConfig.newEventLoops(2, "relay-test");
  private final NodePrivateKey relayKey = NodePrivateKey.generate();
  private final ServerIdentity identity =
      ServerIdentity.selfSigned(List.of("127.0.0.1"), Instant.now());
  private DerpServer server;
  private RelayListener port;

  @BeforeEach
  void startServer() throws Exception {
    server = new DerpServer(DerpServerConfig.of(relayKey, Admission.open()));
    port =
        server.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), identity);
  }

  @AfterEach
  void stop() {
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void carriesPacketsBothWays() throws Exception {
    try (var alice = new TestNode();
        var bob = new TestNode()) {
      alice.client.send(
          bob.key, "early, before anyone is connected".getBytes(StandardCharsets.UTF_8));
      alice.awaitConnected();
      bob.awaitConnected();
      alice.client.send(bob.key, bytes("hello"));
      assertThat(bob.next()).isEqualTo(alice.key.text() + " hello");
      bob.client.send(alice.key, bytes("hello yourself"));
      assertThat(alice.next()).isEqualTo(bob.key.text() + " hello yourself");
    }
  }

  @Test
  void tellsWhoWasHeardThatAPeerLeft() throws Exception {
    try (var bob = new TestNode()) {
      bob.awaitConnected();
      NodeKey aliceKey;
      try (var alice = new TestNode()) {
        alice.awaitConnected();
        alice.client.send(bob.key, bytes("x"));
        assertThat(bob.next()).endsWith(" x");
        aliceKey = alice.key;
      }
      assertThat(bob.next()).isEqualTo("gone DISCONNECTED " + aliceKey.text());
    }
  }

  @Test
  void answersDiscoveryToStrangersAndNothingElse() throws Exception {
    try (var alice = new TestNode()) {
      alice.awaitConnected();
      NodeKey stranger = NodePrivateKey.generate().publicKey();
      alice.client.send(stranger, bytes("not discovery"));
      byte[] disco = new byte[100];
      System.arraycopy(DISCO_MAGIC, 0, disco, 0, DISCO_MAGIC.length);
      alice.client.send(stranger, disco);
      assertThat(alice.next()).isEqualTo("gone NOT_HERE " + stranger.text());
      assertThat(alice.client.ping().get()).isPositive();
      assertThat(server.stats().peerGoneNotHere()).isEqualTo(1);
      assertThat(server.stats().dropped(RelayDrop.UNKNOWN_DEST, false)).isEqualTo(1);
      assertThat(server.stats().dropped(RelayDrop.UNKNOWN_DEST, true)).isEqualTo(1);
    }
  }

  @Test
  void answersLatencyChecks() throws Exception {
    try (var alice = new TestNode()) {
      RelayLatency.Measured measured =
          RelayLatency.measure(DerpClientConfig.system(loops), alice.client.region()).get();
      assertThat(measured.nanos()).isPositive();
      assertThat(measured.overIpv6()).isFalse();
    }
  }

  @Test
  void refusesARelayWhoseCertificateIsNotThePinnedOne() throws Exception {
    DerpNode wrong =
        DerpNode.of("1a", 1, "127.0.0.1")
            .withCertName("sha256-raw:" + "00".repeat(32))
            .withPorts(port.address().getPort(), -1);
    DerpRegion region = DerpRegion.of(1, "one", "One", wrong);
    assertThatThrownBy(() -> RelayLatency.measure(DerpClientConfig.system(loops), region).get())
        .hasStackTraceContaining("not the pinned one");
  }

  @Test
  void refusesARelayThatNoRootVouchesFor() {
    DerpNode unpinned = DerpNode.of("1a", 1, "127.0.0.1").withPorts(port.address().getPort(), -1);
    DerpRegion region = DerpRegion.of(1, "one", "One", unpinned);
    assertThatThrownBy(() -> RelayLatency.measure(DerpClientConfig.system(loops), region).get())
        .hasStackTraceContaining("unable to find valid certification path");
  }

  @Test
  void triesTheNextNodeWhereNobodyListens() throws Exception {
    DerpNode dead = DerpNode.of("1a", 1, "127.0.0.1").withPorts(1, -1);
    DerpNode alive =
        DerpNode.of("1b", 1, "127.0.0.1")
            .withCertName(identity.pin())
            .withPorts(port.address().getPort(), -1);
    DerpRegion region = DerpRegion.of(1, "one", "One", dead, alive);
    assertThat(RelayLatency.measure(DerpClientConfig.system(loops), region).get().nanos())
        .isPositive();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private final class TestNode implements DerpListener, AutoCloseable {
    final NodePrivateKey privateKey = NodePrivateKey.generate();
    final NodeKey key = privateKey.publicKey();
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final DerpClient client;

    TestNode() {
      DerpNode node =
          DerpNode.of("1a", 1, "127.0.0.1")
              .withCertName(identity.pin())
              .withAddresses("127.0.0.1", "none")
              .withPorts(port.address().getPort(), -1);
      client =
          DerpClient.open(
              DerpClientConfig.system(loops),
              DerpRegion.of(1, "one", "One", node),
              privateKey,
              this);
    }

    void awaitConnected() throws InterruptedException {
      assertThat(next()).isEqualTo("connected");
    }

    String next() throws InterruptedException {
      String event = events.poll(10, TimeUnit.SECONDS);
      return event == null ? "nothing within 10 s" : event;
    }

    @Override
    public void onConnected(ServerInfo info) {
      events.add("connected");
    }

    @Override
    public void onPacket(NodeKey source, byte[] packet) {
      events.add(source.text() + " " + new String(packet, StandardCharsets.UTF_8));
    }

    @Override
    public void onPeerGone(NodeKey peer, PeerGoneReason reason) {
      events.add("gone " + reason + " " + peer.text());
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
}
