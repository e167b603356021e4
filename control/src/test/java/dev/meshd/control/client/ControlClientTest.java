package dev.meshd.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.Login;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.PingRequest;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.ControlExchange;
import dev.meshd.control.transport.LoopbackServer;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against a server in the same process whose answers the test decides. */
@Timeout(60)
class ControlClientTest {
  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private static final HostFacts FACTS =
      new HostFacts(
          Hostinfo.builder().hostname("n1").os("linux").build(),
          DiscoPrivateKey.generate().publicKey(),
          List.of());

  private final MachinePrivateKey serverKey = MachinePrivateKey.generate();
  private final BlockingQueue<ControlEvent> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<RegisterRequest> registrations = new LinkedBlockingQueue<>();
  private final BlockingQueue<MapRequest> updates = new LinkedBlockingQueue<>();
  private final BlockingQueue<ControlExchange.StreamingBody> streams = new LinkedBlockingQueue<>();
  private volatile Function<RegisterRequest, RegisterResponse> registry = request -> welcome();
  private volatile int mapStatus = 200;
  private LoopbackServer server;
  private ControlClient client;

  @BeforeEach
  void start() throws Exception {
    server = new LoopbackServer(LOOPS, serverKey, null, this::serve);
    serveKey(serverKey.publicKey());
  }

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
    }
    server.close();
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void joinsWithAnAuthKeyAndReceivesTheMap() throws Exception {
    client = client(Optional.empty(), Optional.empty());
    client.login("the-key", false);

    assertThat(next(ControlEvent.ServerKeyPinned.class).key()).isEqualTo(serverKey.publicKey());
    ControlEvent.NodeKeyCommitted committed = next(ControlEvent.NodeKeyCommitted.class);
    assertThat(next(ControlEvent.Registered.class).login().loginName()).isEqualTo("alice");
    RegisterRequest request = registrations.take();
    assertThat(request.auth().authKey()).isEqualTo("the-key");
    assertThat(request.nodeKey()).isEqualTo(committed.key().publicKey());
    assertThat(request.oldNodeKey()).isEqualTo(NodeKey.zero());
    assertThat(request.hostinfo().hostname()).isEqualTo("n1");

    ControlExchange.StreamingBody stream = streams.take();
    stream.write(frame(firstMap()));
    var netmap = next(ControlEvent.NetmapChanged.class);
    assertThat(netmap.change().first()).isTrue();
    assertThat(netmap.netmap().self().name()).isEqualTo("n1.net.");
    assertThat(client.status().streaming()).isTrue();
    assertThat(updates.take().omitPeers()).isTrue();
  }

  @Test
  void asksAHumanAndFollowsUp() throws Exception {
    AtomicReference<String> pending = new AtomicReference<>("http://x/register/1");
    registry =
        request ->
            request.followup().isEmpty() || request.followup().endsWith("/1")
                ? RegisterResponse.builder()
                    .authUrl(
                        request.followup().isEmpty()
                            ? "http://x/register/1"
                            : "http://x/register/2")
                    .build()
                : welcome();
    client = client(Optional.empty(), Optional.empty());
    client.login("", false);
    assertThat(next(ControlEvent.LoginNeeded.class).url()).isEqualTo(pending.get());
    assertThat(next(ControlEvent.LoginNeeded.class).url()).isEqualTo("http://x/register/2");
    ControlEvent.NodeKeyCommitted committed = next(ControlEvent.NodeKeyCommitted.class);
    assertThat(registrations.take().nodeKey()).isEqualTo(committed.key().publicKey());
    RegisterRequest followUp = registrations.take();
    assertThat(followUp.followup()).isEqualTo("http://x/register/1");
    assertThat(followUp.auth()).isNull();
  }

  @Test
  void saysWhyAnAuthKeyIsRefusedAndStopsTrying() throws Exception {
    registry = request -> RegisterResponse.refusal("authkey expired");
    client = client(Optional.empty(), Optional.empty());
    client.login("old", false);
    ControlEvent.Rejected rejected = next(ControlEvent.Rejected.class);
    assertThat(rejected.reason()).isEqualTo("the server refuses the auth key: authkey expired");
    assertThat(rejected.terminal()).isTrue();

    registry = request -> welcome();
    client.login("new", false);
    next(ControlEvent.Registered.class);
    assertThat(registrations.stream().map(request -> request.auth().authKey()))
        .startsWith("old", "new")
        .containsOnlyOnce("old");
  }

  @Test
  void restartRegistersUnderTheSameKeyWithoutAuthKey() throws Exception {
    NodePrivateKey key = NodePrivateKey.generate();
    client = client(Optional.of(key), Optional.of(serverKey.publicKey()));
    next(ControlEvent.Registered.class);
    RegisterRequest request = registrations.take();
    assertThat(request.nodeKey()).isEqualTo(key.publicKey());
    assertThat(request.auth()).isNull();
  }

  @Test
  void rotatesAnExpiredKey() throws Exception {
    NodePrivateKey key = NodePrivateKey.generate();
    registry =
        request ->
            request.nodeKey().equals(key.publicKey())
                ? RegisterResponse.builder().nodeKeyExpired(true).build()
                : welcome();
    client = client(Optional.of(key), Optional.empty());
    ControlEvent.NodeKeyCommitted committed = next(ControlEvent.NodeKeyCommitted.class);
    assertThat(committed.key().publicKey()).isNotEqualTo(key.publicKey());
    registrations.take();
    assertThat(registrations.take().oldNodeKey()).isEqualTo(key.publicKey());
  }

  @Test
  void reconnectsWhenTheStreamEndsOrFallsSilent() throws Exception {
    client = client(Optional.of(NodePrivateKey.generate()), Optional.empty());
    ControlExchange.StreamingBody first = streams.take();
    first.write(frame(firstMap()));
    next(ControlEvent.NetmapChanged.class);
    first.end();
    assertThat(next(ControlEvent.MapStreamLost.class).reason())
        .isEqualTo("the server ended the map stream");
    streams.take().write(frame(firstMap()));
    next(ControlEvent.NetmapChanged.class);
    assertThat(next(ControlEvent.MapStreamLost.class).reason())
        .isEqualTo("the server said nothing for 3 s");
    streams.take();
  }

  @Test
  void registersAgainWhenTheServerForgotTheNode() throws Exception {
    mapStatus = 404;
    client = client(Optional.of(NodePrivateKey.generate()), Optional.empty());
    registrations.take();
    registrations.take();
    mapStatus = 200;
    streams.take().write(frame(firstMap()));
    next(ControlEvent.NetmapChanged.class);
  }

  @Test
  void sendsALiteUpdateForNewFactsOnly() throws Exception {
    client = client(Optional.of(NodePrivateKey.generate()), Optional.empty());
    updates.take();
    client.updateHost(new HostFacts(FACTS.hostinfo(), FACTS.discoKey(), FACTS.endpoints()));
    Hostinfo renamed = FACTS.hostinfo().toBuilder().hostname("n2").build();
    client.updateHost(new HostFacts(renamed, FACTS.discoKey(), List.of()));
    MapRequest update = updates.take();
    assertThat(update.hostinfo().hostname()).isEqualTo("n2");
    assertThat(update.stream()).isFalse();
    assertThat(update.endpoints()).isEmpty();
  }

  @Test
  void answersALivenessCheck() throws Exception {
    BlockingQueue<String> pinged = new LinkedBlockingQueue<>();
    server.page(
        "/machine/ping-response",
        uri -> {
          pinged.add(uri);
          return "";
        });
    client = client(Optional.of(NodePrivateKey.generate()), Optional.empty());
    String url = "http://127.0.0.1:" + server.port() + "/machine/ping-response?id=7";
    streams
        .take()
        .write(
            frame(
                MapResponse.KEEP_ALIVE.toBuilder()
                    .pingRequest(new PingRequest(url, false, false, "", null, null))
                    .build()));
    assertThat(pinged.take()).isEqualTo("/machine/ping-response?id=7");
  }

  @Test
  void refusesAServerWhoseKeyHasChanged() throws Exception {
    MachineKey before = MachinePrivateKey.generate().publicKey();
    client = client(Optional.of(NodePrivateKey.generate()), Optional.of(before));
    assertThat(next(ControlEvent.Unreachable.class).reason())
        .contains("has another key than at first contact")
        .contains("log out and in again");
    assertThat(registrations).isEmpty();
  }

  @Test
  void saysThatAWebServerIsNoControlServer() throws Exception {
    server.page("/key", uri -> "<html>hello</html>");
    client = client(Optional.empty(), Optional.empty());
    client.login("", false);
    assertThat(next(ControlEvent.Unreachable.class).reason())
        .isEqualTo(
            "http://127.0.0.1:"
                + server.port()
                + " is not a control server: its answer to /key is not a key");
  }

  @Test
  void resumesSoonAfterTheServerReturns() throws Exception {
    client = client(Optional.of(NodePrivateKey.generate()), Optional.of(serverKey.publicKey()));
    streams.take().write(frame(firstMap()));
    next(ControlEvent.NetmapChanged.class);
    int port = server.port();
    server.close();
    client.networkChanged();
    next(ControlEvent.MapStreamLost.class);
    assertThat(next(ControlEvent.Unreachable.class).reason()).contains("Connection refused");
    long backNs = System.nanoTime();
    server = new LoopbackServer(LOOPS, serverKey, null, this::serve, port);
    streams.take().write(frame(firstMap()));
    next(ControlEvent.NetmapChanged.class);
    assertThat(Duration.ofNanos(System.nanoTime() - backNs)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void logsOut() throws Exception {
    NodePrivateKey key = NodePrivateKey.generate();
    client = client(Optional.of(key), Optional.empty());
    next(ControlEvent.Registered.class);
    registrations.take();
    assertThat(client.logout()).isTrue();
    RegisterRequest request = registrations.take();
    assertThat(request.expiry()).isEqualTo(Instant.parse("1970-01-01T00:02:03Z"));
    assertThat(request.nodeKey()).isEqualTo(key.publicKey());
    next(ControlEvent.LoggedOut.class);
    assertThat(client.status().registered()).isFalse();
  }

  private ControlClient client(Optional<NodePrivateKey> nodeKey, Optional<MachineKey> pinned) {
    ServerUrl url = ServerUrl.parse("http://127.0.0.1:" + server.port());
    ControlSettings settings =
        new ControlSettings(url, 131, Duration.ofSeconds(3), 1 << 20, 1 << 20);
    ControlClient fresh =
        new ControlClient(
            settings,
            new ControlIdentity(MachinePrivateKey.generate(), nodeKey, Optional.empty(), pinned),
            FACTS,
            LOOPS,
            SystemTrust.of(List.of()),
            ControlServices.NONE,
            events::add);
    fresh.start();
    return fresh;
  }

  /** The next event of a kind; others before it are skipped. */
  private <T extends ControlEvent> T next(Class<T> kind) throws InterruptedException {
    while (true) {
      ControlEvent event = events.poll(20, TimeUnit.SECONDS);
      assertThat(event).as("waiting for %s", kind.getSimpleName()).isNotNull();
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  private void serveKey(MachineKey key) {
    server.page("/key", uri -> WireJson.encodeText(new OverTLSPublicKeyResponse(null, key)));
  }

  private void serve(ControlExchange exchange) {
    try {
      switch (exchange.path()) {
        case "/machine/register" -> {
          RegisterRequest request = exchange.decodeBody(RegisterRequest.class);
          registrations.add(request);
          exchange.respondJson(registry.apply(request));
        }
        case "/machine/map" -> {
          MapRequest request = exchange.decodeBody(MapRequest.class);
          if (mapStatus != 200) {
            exchange.respondText(mapStatus, "node not found");
          } else if (request.stream()) {
            streams.add(exchange.startStreaming(200, "application/json"));
          } else {
            updates.add(request);
            exchange.respondText(200, "");
          }
        }
        default -> exchange.respondText(404, "");
      }
    } catch (WireException e) {
      exchange.respondText(400, e.getMessage());
    }
  }

  private static RegisterResponse welcome() {
    return RegisterResponse.builder()
        .login(new Login(1, "", "alice", "Alice", ""))
        .machineAuthorized(true)
        .build();
  }

  private static MapResponse firstMap() {
    return MapResponse.builder()
        .node(Node.builder().id(7).stableId("7").name("n1.net.").machineAuthorized(true).build())
        .derpMap(DERPMap.of(Map.of()))
        .build();
  }

  private static byte[] frame(MapResponse message) {
    return MapFrames.encode(WireJson.encode(message), true);
  }
}
