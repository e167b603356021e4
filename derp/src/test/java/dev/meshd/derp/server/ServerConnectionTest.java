package dev.meshd.derp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.codec.ClientInfo;
import dev.meshd.derp.codec.ClientSession;
import dev.meshd.derp.codec.ClientSessionOutput;
import dev.meshd.derp.codec.FrameEncoder;
import dev.meshd.derp.codec.FrameType;
import dev.meshd.derp.codec.LoginCodec;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import dev.meshd.derp.codec.SessionFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The relay over channels without sockets: every byte a client sends and gets is in the test's
 * hands.
 */
class ServerConnectionTest {
  private static final NodePrivateKey RELAY = NodePrivateKey.generate();
  private static final SecureRandomSource RANDOM = SecureRandomSource.system();
  private static final byte[] DISCO = new byte[100];

  static {
    byte[] magic = {0x54, 0x53, (byte) 0xF0, (byte) 0x9F, (byte) 0x92, (byte) 0xAC};
    System.arraycopy(magic, 0, DISCO, 0, magic.length);
  }

  private NodeKey banned = NodeKey.zero();
  private final List<Member> members = new ArrayList<>();
  private final DerpServer server =
      new DerpServer(
          new DerpServerConfig(
              RELAY,
              (client, source) -> !client.equals(banned),
              Map::of,
              Duration.ofSeconds(2),
              100,
              RelayGate.open(),
              ReceiveRate.UNLIMITED,
              RANDOM,
              JitterSource.seeded(1),
              () -> 0));

  @AfterEach
  void closeAll() {
    members.forEach(member -> member.channel.close());
  }

  @Test
  void answersAnUpgradeAndGreetsInOneFlush() {
    EmbeddedChannel channel =
        connect("GET /derp HTTP/1.1\r\nHost: r\r\nUpgrade: DERP\r\nConnection: Upgrade\r\n\r\n");
    byte[] all = written(channel);
    String head = new String(all, StandardCharsets.ISO_8859_1);
    assertThat(head).startsWith("HTTP/1.1 101 Switching Protocols\r\n").contains("\r\n\r\n\u0001");
    assertThat(channel.pipeline().get(HttpServerCodec.class)).isNull();
  }

  @Test
  void nothingOfTheHttpPhaseOutlivesTheUpgrade() {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new HttpServerCodec(), new ReadTimeoutHandler(30), server.newHttpHandler());
    channel.freezeTime();
    channel.writeInbound(
        Unpooled.copiedBuffer(
            "GET /derp HTTP/1.1\r\nHost: r\r\nUpgrade: DERP\r\n\r\n", StandardCharsets.ISO_8859_1));
    assertThat(channel.pipeline().get(ReadTimeoutHandler.class)).isNull();
    assertThat(channel.pipeline().get(HttpServerCodec.class)).isNull();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void fastStartTakesTheLoginBehindTheRequestAndSendsNoHttpAnswer() {
    var member = new Member(NodePrivateKey.generate());
    assertThat(member.events).containsExactly("admitted");
  }

  @Test
  void refusesToServeWithoutAnUpgrade() {
    EmbeddedChannel channel = connect("GET /derp HTTP/1.1\r\nHost: r\r\n\r\n");
    assertThat(text(channel))
        .startsWith("HTTP/1.1 426 ")
        .endsWith("DERP requires connection upgrade");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /derp/probe, 200",
    "HEAD, /derp/latency-check, 200",
    "POST, /derp/probe, 405",
    "GET, /bootstrap-dns?q=a, 200",
    "GET, /generate_204, 204"
  })
  void answersWhatMeasurementsAsk(String method, String path, int status) {
    EmbeddedChannel channel = connect(method + " " + path + " HTTP/1.1\r\nHost: r\r\n\r\n");
    assertThat(text(channel)).startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @CsvSource({"abc.DEF-1_2:3, true", "has blank, false", "'', false"})
  void echoesOnlyWellFormedChallenges(String challenge, boolean echoed) {
    EmbeddedChannel channel =
        connect(
            "GET /generate_204 HTTP/1.1\r\nHost: r\r\nX-Tailscale-Challenge: "
                + challenge
                + "\r\n\r\n");
    assertThat(text(channel).toLowerCase().contains("x-tailscale-response: response "))
        .isEqualTo(echoed);
  }

  @Test
  void challengesOfMoreThan64CharactersAreNotEchoed() {
    String request = "GET /generate_204 HTTP/1.1\r\nHost: r\r\nX-Tailscale-Challenge: %s\r\n\r\n";
    assertThat(text(connect(request.formatted("a".repeat(64))))).containsIgnoringCase("response a");
    assertThat(text(connect(request.formatted("a".repeat(65)))))
        .doesNotContainIgnoringCase("response a");
  }

  @Test
  void closesOnAClientThatIsNotAdmitted() {
    NodePrivateKey key = NodePrivateKey.generate();
    banned = key.publicKey();
    var member = new Member(key);
    assertThat(member.events).isEmpty();
    assertThat(member.channel.isOpen()).isFalse();
    assertThat(server.stats().failures(SessionFailure.NOT_ADMITTED)).isEqualTo(1);
  }

  @Test
  void theConnectionThatSpokeLastReceives() {
    NodePrivateKey key = NodePrivateKey.generate();
    var first = new Member(key);
    var second = new Member(key);
    var peer = new Member(NodePrivateKey.generate());
    peer.send(key.publicKey(), new byte[1]);
    assertThat(second.take()).containsExactly("packet 1");
    first.write(FrameEncoder.notePreferred(true));
    peer.send(key.publicKey(), new byte[2]);
    assertThat(first.take()).containsExactly("packet 2");
    first.channel.close();
    peer.send(key.publicKey(), new byte[3]);
    assertThat(second.take()).containsExactly("packet 3");
  }

  @Test
  void saysThatAPeerLeftOnlyWhenItsLastConnectionEnds() {
    NodePrivateKey key = NodePrivateKey.generate();
    var first = new Member(key);
    var peer = new Member(NodePrivateKey.generate());
    first.send(peer.key.publicKey(), new byte[1]);
    var second = new Member(key);
    first.channel.close();
    assertThat(peer.take()).containsExactly("packet 1");
    second.channel.close();
    assertThat(peer.take()).containsExactly("gone DISCONNECTED");
    assertThat(server.isConnected(key.publicKey())).isFalse();
  }

  @Test
  void limitsNoticesAboutStrangers() {
    var member = new Member(NodePrivateKey.generate());
    NodeKey stranger = NodePrivateKey.generate().publicKey();
    for (int i = 0; i < 6; i++) {
      member.send(stranger, DISCO);
    }
    member.send(stranger, new byte[10]);
    assertThat(member.take()).containsExactly("gone NOT_HERE", "gone NOT_HERE", "gone NOT_HERE");
    assertThat(server.stats().dropped(RelayDrop.UNKNOWN_DEST, true)).isEqualTo(6);
    assertThat(server.stats().dropped(RelayDrop.UNKNOWN_DEST, false)).isEqualTo(1);
  }

  @Test
  void aClientMayAddressItself() {
    var member = new Member(NodePrivateKey.generate());
    member.send(member.key.publicKey(), new byte[5]);
    assertThat(member.take()).containsExactly("packet 5");
  }

  @Test
  void answersAFloodOfPingsWithAtLeastOnePong() {
    var member = new Member(NodePrivateKey.generate());
    for (int i = 0; i < 1000; i++) {
      member.channel.writeInbound(Unpooled.wrappedBuffer(FrameEncoder.echo(FrameType.PING, 7)));
    }
    member.receive();
    assertThat(member.events).contains("pong 7");
    assertThat(member.channel.isOpen()).isTrue();
  }

  @Test
  void aClientThatSendsTooFastIsReadLaterAndLosesNothing() {
    DerpServer limited =
        new DerpServer(
            DerpServerConfig.of(RELAY, Admission.open())
                .withReceiveRate(new ReceiveRate(100_000, 0)));
    var member = new Member(NodePrivateKey.generate(), limited);
    assertThat(member.channel.config().isAutoRead()).isTrue();
    for (int i = 0; i < 3; i++) {
      member.send(member.key.publicKey(), new byte[60_000]);
    }
    assertThat(member.channel.config().isAutoRead()).isFalse();
    assertThat(limited.stats().receiveWaits()).isEqualTo(1);
    assertThat(member.take()).containsExactly("packet 60000", "packet 60000", "packet 60000");
    member.channel.advanceTimeBy(2, TimeUnit.SECONDS);
    member.channel.runScheduledPendingTasks();
    assertThat(member.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aGateHearsOfEachConnectionAndOfItsKey() {
    List<String> heard = new ArrayList<>();
    NodePrivateKey key = NodePrivateKey.generate();
    RelayGate gate =
        new RelayGate() {
          @Override
          public boolean enter(Channel connection) {
            heard.add("enter");
            return heard.size() < 3;
          }

          @Override
          public void admitted(Channel connection, NodeKey client) {
            heard.add("admitted " + client.equals(key.publicKey()));
          }
        };
    DerpServer gated = new DerpServer(DerpServerConfig.of(RELAY, Admission.open()).withGate(gate));
    new Member(key, gated);
    assertThat(heard).containsExactly("enter", "admitted true");
    var refused = new Member(key, gated);
    assertThat(refused.channel.isOpen()).isFalse();
    assertThat(gated.stats().refusedConnections()).isEqualTo(1);
  }

  @Test
  void countsHomeConnections() {
    var member = new Member(NodePrivateKey.generate());
    member.write(FrameEncoder.notePreferred(true));
    member.write(FrameEncoder.notePreferred(true));
    assertThat(server.stats().homeConnections()).isEqualTo(1);
    assertThat(server.stats().connections()).isEqualTo(1);
    member.channel.close();
    assertThat(server.stats().homeConnections()).isZero();
    assertThat(server.stats().connections()).isZero();
  }

  private EmbeddedChannel connect(String request) {
    var channel = new EmbeddedChannel(new HttpServerCodec(), server.newHttpHandler());
    channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
    channel.runPendingTasks();
    return channel;
  }

  private static String text(EmbeddedChannel channel) {
    return new String(written(channel), StandardCharsets.ISO_8859_1);
  }

  private static byte[] written(EmbeddedChannel channel) {
    channel.runPendingTasks();
    var all = new ByteArrayOutputStream();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  /** A client in fast start: request and login arrive in one piece. */
  private final class Member implements ClientSessionOutput {
    final NodePrivateKey key;
    final EmbeddedChannel channel;
    final List<String> events = new ArrayList<>();
    private final ClientSession session;

    Member(NodePrivateKey key) {
      this(key, server);
    }

    Member(NodePrivateKey key, DerpServer at) {
      this.key = key;
      channel = new EmbeddedChannel(new HttpServerCodec(), at.newHttpHandler());
      channel.freezeTime();
      String head = "GET /derp HTTP/1.1\r\nHost: r\r\nUpgrade: DERP\r\nDerp-Fast-Start: 1\r\n\r\n";
      byte[] login = LoginCodec.clientInfo(key, RELAY.publicKey(), ClientInfo.node(), RANDOM);
      session = ClientSession.fastStart(key, RELAY.publicKey(), RANDOM, this, 0);
      channel.writeInbound(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), login));
      members.add(this);
      receive();
    }

    void send(NodeKey to, byte[] packet) {
      write(FrameEncoder.sendPacket(to, packet));
    }

    List<String> take() {
      receive();
      List<String> taken = List.copyOf(events);
      events.clear();
      return taken;
    }

    void receive() {
      session.onBytes(ByteBuffer.wrap(written(channel)), 0);
    }

    /**
     * Sends a frame and lets the relay work. The session's own login is not sent: the test has sent
     * one.
     */
    @Override
    public void write(byte[] frame) {
      if (FrameType.fromWire(frame[0]) != FrameType.CLIENT_INFO) {
        members.forEach(Member::receive);
        members.forEach(member -> member.events.remove("admitted"));
        channel.writeInbound(Unpooled.wrappedBuffer(frame));
        channel.runPendingTasks();
      }
    }

    @Override
    public void onLoginSent() {}

    @Override
    public void onAdmitted(ServerInfo info) {
      events.add("admitted");
    }

    @Override
    public void onPacket(NodeKey source, byte[] packet) {
      events.add("packet " + packet.length);
    }

    @Override
    public void onPeerGone(NodeKey peer, PeerGoneReason reason) {
      events.add("gone " + reason);
    }

    @Override
    public void onPong(long opaque) {
      events.add("pong " + opaque);
    }

    @Override
    public void onHealth(String problem) {
      events.add("health " + problem);
    }

    @Override
    public void onFailed(SessionFailure failure) {
      events.add("failed " + failure);
    }
  }
}
