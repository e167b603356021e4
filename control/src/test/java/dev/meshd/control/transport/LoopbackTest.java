package dev.meshd.control.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.control.tls.SystemTrust;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Client and server against each other over loopback TCP. */
class LoopbackTest {
  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private static final MachinePrivateKey SERVER = MachinePrivateKey.generate();
  private static final MachinePrivateKey CLIENT = MachinePrivateKey.generate();

  private final NoiseDialer dialer =
      new NoiseDialer(LOOPS, new NoiseTls(SystemTrust.of(List.of())), SecureRandomSource.system());
  private LoopbackServer server;
  private volatile ControlRequestHandler handler =
      exchange -> exchange.respondText(404, "nothing here");

  @BeforeEach
  void start() throws Exception {
    server = new LoopbackServer(LOOPS, SERVER, null, exchange -> handler.onRequest(exchange));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void carriesRequestAndReply() throws Exception {
    handler =
        exchange -> {
          assertThat(exchange.machineKey()).isEqualTo(CLIENT.publicKey());
          assertThat(exchange.noiseVersion()).isEqualTo(131);
          assertThat(exchange.header("ts-lb")).contains("x");
          exchange.respondText(
              200, exchange.method() + exchange.path() + new String(exchange.body(), UTF_8));
        };
    try (NoiseConnection connection = dial()) {
      ReplyStream reply =
          get(
              connection.send(
                  "POST",
                  "unused",
                  "/machine/echo",
                  Map.of("ts-lb", List.of("x")),
                  "hi".getBytes(UTF_8)));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(new String(reply.readAllBytes(), UTF_8)).isEqualTo("POST/machine/echohi");
    }
  }

  @Test
  void keepsManyStreamsOpenAtOnce() throws Exception {
    CompletableFuture<ControlExchange.StreamingBody> streaming = new CompletableFuture<>();
    handler =
        exchange -> {
          if (exchange.path().equals("/stream")) {
            streaming.complete(exchange.startStreaming(200, "application/octet-stream"));
          } else {
            exchange.respondText(200, "quick");
          }
        };
    try (NoiseConnection connection = dial()) {
      ReplyStream stream = get(connection.send("POST", "unused", "/stream", Map.of(), new byte[0]));
      ReplyStream quick = get(connection.send("GET", "unused", "/quick", Map.of(), new byte[0]));
      assertThat(new String(quick.readAllBytes(), UTF_8)).isEqualTo("quick");

      byte[] large = new byte[3_000_000];
      large[2_999_999] = 7;
      get(streaming).write("one".getBytes(UTF_8));
      assertThat(new String(stream.readNBytes(3), UTF_8)).isEqualTo("one");
      get(streaming).write(large);
      get(streaming).end();
      assertThat(stream.readAllBytes()).isEqualTo(large);
    }
  }

  @Test
  void bodyReadFailsWhenTheConnectionIsLost() throws Exception {
    handler = exchange -> exchange.startStreaming(200, "x");
    NoiseConnection connection = dial();
    ReplyStream stream = get(connection.send("GET", "unused", "/", Map.of(), new byte[0]));
    connection.close();
    assertThatThrownBy(stream::read).isInstanceOf(ControlConnectionException.class);
    assertThatThrownBy(() -> get(connection.send("GET", "unused", "/", Map.of(), new byte[0])))
        .hasCauseInstanceOf(ControlConnectionException.class);
  }

  @Test
  void serverLearnsThatTheClientLeft() throws Exception {
    CompletableFuture<Void> left = new CompletableFuture<>();
    handler =
        exchange -> {
          exchange.closed().thenRun(() -> left.complete(null));
          exchange.startStreaming(200, "x");
        };
    try (NoiseConnection connection = dial()) {
      get(connection.send("GET", "unused", "/", Map.of(), new byte[0])).close();
      get(left);
    }
  }

  @Test
  void aClientThatTakesNothingOfItsAnswerLosesItsConnection() throws Exception {
    NoiseServerLimits hasty =
        new NoiseServerLimits(
            64, 8, 1 << 18, 1 << 20, Duration.ofSeconds(15), Duration.ofMillis(300));
    NoiseUpgradeServer upgrade =
        new NoiseUpgradeServer(
            SERVER,
            SecureRandomSource.system(),
            exchange -> exchange.startStreaming(200, "x").write(new byte[30_000_000]),
            hasty);
    try (LoopbackServer slow = new LoopbackServer(LOOPS, null, upgrade, 0)) {
      ServerUrl url = ServerUrl.parse("http://127.0.0.1:" + slow.port() + "/");
      try (NoiseConnection connection =
          get(dialer.dial(url, CLIENT, SERVER.publicKey(), 131, false))) {
        ReplyStream stream = get(connection.send("GET", "x", "/", Map.of(), new byte[0]));
        while (upgrade.stats().answersNotTaken() == 0) {
          Thread.onSpinWait();
        }
        assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aStrangerHasFewRequestsUnderWayAndAKnownClientMore() throws Exception {
    NoiseUpgradeServer upgrade =
        new NoiseUpgradeServer(
            SERVER,
            SecureRandomSource.system(),
            exchange -> {
              if (exchange.path().equals("/known")) {
                exchange.recognise();
                exchange.respondText(200, "");
              } else {
                exchange.startStreaming(200, "x");
              }
            });
    try (LoopbackServer server = new LoopbackServer(LOOPS, null, upgrade, 0)) {
      ServerUrl url = ServerUrl.parse("http://127.0.0.1:" + server.port() + "/");
      try (NoiseConnection connection =
          get(dialer.dial(url, CLIENT, SERVER.publicKey(), 131, false))) {
        get(connection.send("GET", "x", "/known", Map.of(), new byte[0])).close();
        for (int i = 0; i < 20; i++) {
          get(connection.send("GET", "x", "/", Map.of(), new byte[0]));
        }
      }
      try (NoiseConnection stranger =
          get(dialer.dial(url, CLIENT, SERVER.publicKey(), 131, false))) {
        for (int i = 0; i < 8; i++) {
          get(stranger.send("GET", "x", "/", Map.of(), new byte[0]));
        }
        assertThatThrownBy(() -> get(stranger.send("GET", "x", "/", Map.of(), new byte[0])))
            .hasCauseInstanceOf(ControlConnectionException.class);
      }
    }
    assertThat(upgrade.stats().streamsRefused()).isEqualTo(1);
  }

  @Test
  void readPastTheDeadlineFails() throws Exception {
    handler = exchange -> exchange.startStreaming(200, "x");
    try (NoiseConnection connection = dial()) {
      ReplyStream stream = get(connection.send("GET", "unused", "/", Map.of(), new byte[0]));
      stream.deadline(System.nanoTime());
      assertThatThrownBy(stream::read).isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void saysThatTheServerHasAnotherKey() {
    MachinePrivateKey other = MachinePrivateKey.generate();
    assertThatThrownBy(() -> get(dialer.dial(url(), CLIENT, other.publicKey(), 131, false)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ControlConnectionException.class)
        .hasMessageContaining("its key is not the one we know");
  }

  @Test
  void saysThatAPlainWebServerIsNoControlServer() throws Exception {
    try (LoopbackServer web = new LoopbackServer(LOOPS, SERVER, null, null)) {
      ServerUrl url = ServerUrl.parse("http://127.0.0.1:" + web.port());
      assertThatThrownBy(() -> get(dialer.dial(url, CLIENT, SERVER.publicKey(), 131, false)))
          .cause()
          .isInstanceOfSatisfying(
              ControlConnectionException.class,
              e ->
                  assertThat(e.kind())
                      .isEqualTo(ControlConnectionException.Kind.NOT_A_CONTROL_SERVER))
          .hasMessageContaining("is not a control server: it answers the upgrade with 404");
    }
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    server.close();
    assertThatThrownBy(() -> get(dialer.dial(url(), CLIENT, SERVER.publicKey(), 131, false)))
        .cause()
        .isInstanceOfSatisfying(
            ControlConnectionException.class,
            e -> assertThat(e.kind()).isEqualTo(ControlConnectionException.Kind.UNREACHABLE));
  }

  private NoiseConnection dial() throws Exception {
    return get(dialer.dial(url(), CLIENT, SERVER.publicKey(), 131, false));
  }

  private ServerUrl url() {
    return ServerUrl.parse("http://127.0.0.1:" + server.port() + "/");
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(15, TimeUnit.SECONDS);
  }
}
