package dev.meshd.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.control.model.DERPNode;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.NetInfo;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.PeerChange;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.NoiseConnection;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.NoiseTls;
import dev.meshd.control.transport.ReplyStream;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.coordinator.admin.AdminClient;
import dev.meshd.coordinator.admin.AdminException;
import dev.meshd.coordinator.admin.AdminServer;
import dev.meshd.coordinator.admin.ApiNode;
import dev.meshd.coordinator.admin.ApiRegistration;
import dev.meshd.coordinator.admin.LogControl;
import dev.meshd.coordinator.config.ConfigReader;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.packet.Endpoint;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole server on loopback, asked by real channels, the administration socket and plain HTTP.
 */
@Timeout(60)
class CoordinatorServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path dir;
  private final EventLoopGroup network =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final HttpClient http = HttpClient.newHttpClient();
  private volatile Duration clockAhead = Duration.ZERO;
  private CoordinatorServer server;
  private AdminClient admin;

  @BeforeEach
  void start() throws Exception {
    server =
        CoordinatorServer.start(config(""), LogControl.NONE, () -> Instant.now().plus(clockAhead));
    admin = new AdminClient(dir.resolve("server.sock"));
  }

  @AfterEach
  void stop() {
    server.close();
    http.close();
    network.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void nodesHearOfEachOther() throws Exception {
    admin.createUser("alice", "Alice", "");
    try (Device one = new Device("one");
        Device two = new Device("two")) {
      assertThat(one.join(key()).login().loginName()).isEqualTo("alice");
      MapStreamReader stream = one.stream();
      MapResponse first = stream.next();
      Node self = first.node();
      assertThat(self).isNotNull();
      assertThat(self.name()).isEqualTo("one.mesh.internal.");
      assertThat(self.key()).isEqualTo(one.nodeKey);
      assertThat(self.machineAuthorized()).isTrue();
      assertThat(first.peers()).isEmpty();
      assertThat(first.packetFilters()).containsKey("base");
      assertThat(first.derpMap().regions().get(900).nodes().getFirst().certName())
          .startsWith("sha256-raw:");
      assertThat(first.userProfiles()).extracting("loginName").contains("alice");

      two.join(key());
      Node joined =
          stream.nextWith(message -> !message.peersChanged().isEmpty()).peersChanged().getFirst();
      assertThat(joined.name()).isEqualTo("two.mesh.internal.");

      two.lite(List.of(Endpoint.parse("192.0.2.2:41641")), 900);
      PeerChange patch =
          stream
              .nextWith(
                  message ->
                      message.peersChangedPatch().stream().anyMatch(p -> p.derpRegion() == 900))
              .peersChangedPatch()
              .getFirst();
      assertThat(patch.nodeId()).isEqualTo(joined.id());
      assertThat(patch.endpoints()).containsExactly(Endpoint.parse("192.0.2.2:41641"));
      assertThat(patch.discoKey()).isEqualTo(two.disco.publicKey());

      admin.renameNode("two", "second");
      assertThat(stream.nextWith(m -> !m.peersChanged().isEmpty()).peersChanged().getFirst().name())
          .isEqualTo("second.mesh.internal.");
      admin.deleteNode("second");
      assertThat(stream.nextWith(m -> !m.peersRemoved().isEmpty()).peersRemoved())
          .containsExactly(joined.id());
      assertThat(two.mapStatus()).isEqualTo(404);
    }
  }

  @Test
  void theRelaysCertificateIsRenewedWhileTheServerRunsAndNodesHearOfItsPin() throws Exception {
    admin.createUser("alice", "Alice", "");
    try (Device one = new Device("one");
        Device two = new Device("two")) {
      one.join(key());
      two.join(key());
      MapStreamReader stream = one.stream();
      DERPNode before = relay(stream.next());
      assertThat(presentedPin(before)).isEqualTo(before.certName());

      clockAhead = Duration.ofDays(336);
      DERPNode after = relay(stream.nextWith(message -> message.derpMap() != null));
      assertThat(after.certName()).startsWith("sha256-raw:").isNotEqualTo(before.certName());
      assertThat(presentedPin(after)).isEqualTo(after.certName());
      assertThat(relay(two.stream().next()).certName()).isEqualTo(after.certName());
      System.out.println(
          "relay certificate: renewed 29 days before its end; the stream brought the new pin");
    }
  }

  private static DERPNode relay(MapResponse message) {
    return message.derpMap().regions().get(900).nodes().getFirst();
  }

  /** The pin of the certificate that a client sees now. */
  private static String presentedPin(DERPNode relay) throws Exception {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new NoTrust()}, null);
    try (SSLSocket socket =
        (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", relay.derpPort())) {
      socket.startHandshake();
      byte[] leaf = socket.getSession().getPeerCertificates()[0].getEncoded();
      return "sha256-raw:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(leaf));
    }
  }

  /** Looks at certificates instead of judging them. */
  private static final class NoTrust extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void aDeletedNodeIsToldAndItsStreamEnds() throws Exception {
    admin.createUser("alice", "", "");
    try (Device one = new Device("one")) {
      one.join(key());
      MapStreamReader stream = one.stream();
      stream.next();
      admin.deleteNode("one");
      Node self = stream.nextWith(message -> message.node() != null).node();
      assertThat(self.expired()).isTrue();
      assertThat(stream.atEnd()).isTrue();
    }
  }

  @Test
  void aPersonApprovesThroughTheSocket() throws Exception {
    admin.createUser("alice", "", "");
    try (Device one = new Device("one")) {
      String url = one.register(one.request()).authUrl();
      assertThat(url).startsWith(server.serverUrl() + "/register/");
      String id = url.substring(url.lastIndexOf('/') + 1);
      String path = URI.create(url).getPath();
      assertThat(get(path).body()).contains("meshd server nodes register --key " + id);
      assertThat(get(path).headers().firstValue("content-security-policy").orElse(""))
          .startsWith("default-src 'none'; style-src 'sha256-");
      assertThat(admin.registrations()).extracting(ApiRegistration::name).containsExactly("one");
      ApiNode node = admin.registerNode(Optional.empty(), id);
      assertThat(node.givenName()).isEqualTo("one");
      assertThat(get(path).body()).contains("is in the network").contains("100.64.0.1");
      assertThat(admin.registrations()).isEmpty();
      HttpResponse<String> unknown = get("/register/hskey-authreq-" + "0".repeat(24));
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(unknown.body()).contains("Nothing waits behind this link");
      assertThat(one.register(one.request().followup(url)).login().loginName()).isEqualTo("alice");
    }
  }

  @Test
  void oldClientsAndUnknownPathsAreTurnedAway() throws Exception {
    try (Device one = new Device("one")) {
      byte[] old = WireJson.encode(one.request().version(112).build());
      assertThat(one.post("/machine/register", old).status()).isEqualTo(400);
      assertThat(one.post("/machine/register", "{".getBytes(UTF_8)).status()).isEqualTo(400);
      assertThat(one.post("/machine/map", "null".getBytes(UTF_8)).status()).isEqualTo(400);
      assertThat(one.post("/machine/set-dns", new byte[0]).status()).isEqualTo(501);
      assertThat(one.post("/machine/tka/sign", new byte[0]).status()).isEqualTo(404);
      assertThat(one.mapStatus()).isEqualTo(404);
    }
  }

  @Test
  void theFrontDoorAnswersPlainRequests() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/health").body()).isEqualTo("{\"status\":\"pass\"}");
    assertThat(get("/key").statusCode()).isEqualTo(400);
    assertThat(get("/key?v=x").statusCode()).isEqualTo(400);
    assertThat(get("/key?v=131").body())
        .contains("\"legacyPublicKey\":\"mkey:0000")
        .contains("\"publicKey\":\"mkey:");
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/register/<script>".replace("<", "%3C").replace(">", "%3E")).statusCode())
        .isEqualTo(404);
    assertThat(get("/ts2021").statusCode()).isEqualTo(400);
    HttpResponse<String> verify =
        http.send(
            HttpRequest.newBuilder(local("/verify"))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"NodePublic\":\"" + NodeKey.zero().text() + "\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(verify.body()).isEqualTo("{\"Allow\":false}");
  }

  @Test
  void garbageOnThePortHarmsNobody() throws Exception {
    for (String garbage :
        List.of(
            "\0\0\0\0\r\n\r\n",
            "GET /ts2021 HTTP/1.1\r\nUpgrade: x\r\n\r\n",
            "POST /ts2021 HTTP/1.1\r\nHost: x\r\nUpgrade: tailscale-control-protocol\r\nX-Tailscale-Handshake: AAAA\r\n\r\n")) {
      try (Socket socket = new Socket("127.0.0.1", server.port())) {
        socket.getOutputStream().write(garbage.getBytes(UTF_8));
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      }
    }
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void anEphemeralNodeIsDeletedWhenItStaysAwayAndNotBefore() throws Exception {
    server.close();
    server = CoordinatorServer.start(config("").withEphemeralTimeout(Duration.ofMillis(1500)));
    admin.createUser("alice", "", "");
    try (Device keeper = new Device("keeper");
        Device guest = new Device("guest");
        Device visitor = new Device("visitor")) {
      keeper.join(key());
      MapStreamReader stream = keeper.stream();
      stream.next();
      guest.join(ephemeralKey());
      MapStreamReader guestStream = guest.stream();
      guestStream.next();
      ApiNode node = admin.node("guest");
      assertThat(node.ephemeral()).isTrue();
      Thread.sleep(2000);
      assertThat(admin.node("guest").online()).isTrue();
      guest.hangUp();
      assertThat(stream.nextWith(m -> !m.peersRemoved().isEmpty()).peersRemoved())
          .containsExactly(Long.valueOf(node.id()));
      assertThat(admin.nodes(Optional.empty())).extracting(ApiNode::name).containsExactly("keeper");

      // Logging out deletes at once.
      visitor.join(ephemeralKey());
      assertThat(visitor.register(visitor.request().expiry(Instant.EPOCH)).nodeKeyExpired())
          .isTrue();
      assertThat(admin.nodes(Optional.empty())).extracting(ApiNode::name).containsExactly("keeper");
    }
  }

  @Test
  void anExpiryIsToldToPeersAndALoginWithANewKeyKeepsTheNode() throws Exception {
    admin.createUser("alice", "", "");
    try (Device one = new Device("one");
        Device two = new Device("two")) {
      one.join(key());
      two.join(key());
      MapStreamReader stream = one.stream();
      stream.next();
      ApiNode before = admin.node("two");
      Instant soon = Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.MILLIS);
      admin.expireNode("two", soon);
      assertThat(stream.nextWith(m -> !m.peersChangedPatch().isEmpty()).peersChangedPatch())
          .singleElement()
          .extracting(PeerChange::keyExpiry)
          .isEqualTo(soon);
      admin.expireNode("two", Instant.now());
      assertThat(two.register(two.request()).nodeKeyExpired()).isTrue();
      NodeKey fresh = TestNetwork.nodeKey();
      two.register(
          two.request()
              .nodeKey(fresh)
              .oldNodeKey(two.nodeKey)
              .auth(RegisterRequestAuth.ofKey(key())));
      ApiNode after = admin.node("two");
      assertThat(after.id()).isEqualTo(before.id());
      assertThat(after.ipAddresses()).isEqualTo(before.ipAddresses());
      assertThat(after.nodeKey()).isEqualTo(fresh.text());
      assertThat(after.expired()).isFalse();
    }
  }

  @Test
  void aNodeMovesBetweenUsersAndTags() throws Exception {
    admin.createUser("alice", "", "");
    admin.createUser("bob", "", "");
    try (Device one = new Device("one")) {
      one.join(key());
      String address = admin.node("one").ipAddresses().getFirst();
      assertThat(admin.moveNode("one", "bob").user()).isEqualTo("bob");
      assertThat(admin.tagNode("one", List.of("tag:web")).user()).isEqualTo("tagged-devices");
      ApiNode back = admin.moveNode("one", "alice");
      assertThat(back.tags()).isEmpty();
      assertThat(back.user()).isEqualTo("alice");
      assertThat(back.ipAddresses()).contains(address);
    }
  }

  @Test
  void metricsTellWhatStreamsGet() throws Exception {
    server.close();
    server = CoordinatorServer.start(config("metrics_listen_addr: 127.0.0.1:0"));
    admin.createUser("alice", "", "");
    try (Device one = new Device("one");
        Device two = new Device("two")) {
      one.join(key());
      MapStreamReader stream = one.stream();
      stream.next();
      two.join(key());
      stream.nextWith(m -> !m.peersChanged().isEmpty());
      String metrics = metrics("/metrics");
      assertThat(metrics)
          .contains("headscale_mapresponse_sent_total{status=\"success\",type=\"full\"} 1.0")
          .contains("meshd_map_sessions 1.0")
          .contains("meshd_nodes 2.0")
          .contains("meshd_users 1.0")
          .contains("meshd_changes_total{kind=\"added\"} 2.0")
          .contains("meshd_database_wait_seconds_count")
          .contains("meshd_stun_requests_total{result=\"answered\"}")
          .contains("meshd_relay_connections")
          .doesNotContain("alice")
          .doesNotContain("nodekey");
      assertThat(metrics("/health")).isEqualTo("{\"status\":\"pass\"}");
    }
  }

  private String metrics(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.metricsPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private String ephemeralKey() throws AdminException {
    return admin
        .createPreAuthKey(Optional.of("alice"), false, true, Optional.empty(), List.of())
        .key();
  }

  @Test
  void nodesAndKeysAreThereAfterARestart() throws Exception {
    admin.createUser("alice", "", "");
    try (Device one = new Device("one")) {
      one.join(key());
      MachineKey before = serverKey();
      server.close();
      server = CoordinatorServer.start(config(""));
      assertThat(serverKey()).isEqualTo(before);
      assertThat(admin.nodes(Optional.empty()))
          .singleElement()
          .extracting(ApiNode::givenName)
          .isEqualTo("one");
      one.redial();
      assertThat(one.register(one.request()).machineAuthorized()).isTrue();
    }
  }

  @Test
  void administrationRefusesWithASentence() {
    assertThatThrownBy(() -> admin.createUser("-", "", ""))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("not usable");
    assertThatThrownBy(() -> admin.node("7")).hasMessage("there is no node '7'");
    assertThatThrownBy(() -> admin.registerNode(Optional.of("x"), "y"))
        .hasMessage("there is no user 'x'");
    assertThatThrownBy(() -> admin.expirePreAuthKey("z")).hasMessageContaining("is a number");
    assertThatThrownBy(
            () ->
                admin.createPreAuthKey(Optional.empty(), false, false, Optional.empty(), List.of()))
        .hasMessage("a key needs a user or tags");
    assertThatThrownBy(() -> new AdminClient(dir.resolve("nothing.sock")).users())
        .hasMessageContaining("no meshd server is running");
  }

  @Test
  void whatAnotherServerHoldsIsOneSentence() {
    assertThatThrownBy(() -> CoordinatorServer.start(config("")))
        .isInstanceOf(ServerStartException.class)
        .hasMessageMatching(
            "another meshd server \\(process [0-9]+\\) is using the data directory .*data");
    assertThatThrownBy(() -> AdminServer.start(dir.resolve("server.sock"), null, null, null))
        .hasMessageContaining("another meshd server is running");
    ServerConfig samePort =
        ConfigReader.parse(
            "derp: {server: {enabled: false}}",
            new ConfigReader.Overrides(
                Optional.of(dir.resolve("other")),
                Optional.of("127.0.0.1:" + server.port()),
                Optional.empty(),
                Optional.of(dir.resolve("other.sock"))));
    assertThatThrownBy(() -> CoordinatorServer.start(samePort))
        .isInstanceOf(ServerStartException.class)
        .hasMessage("cannot listen on 127.0.0.1:" + server.port() + ": Address already in use");
    assertThat(dir.resolve("other.sock")).doesNotExist();
  }

  private String key() throws AdminException {
    return admin
        .createPreAuthKey(Optional.of("alice"), false, false, Optional.empty(), List.of())
        .key();
  }

  private ServerConfig config(String more) {
    return ConfigReader.parse(
        """
        listen_addr: 127.0.0.1:0
        derp: {server: {listen_addr: "127.0.0.1:0", stun_listen_addr: "127.0.0.1:0"}}
        data_dir: %s
        unix_socket: %s
        %s
        """
            .formatted(dir.resolve("data"), dir.resolve("server.sock"), more),
        ConfigReader.Overrides.none());
  }

  private URI local(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(local(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private MachineKey serverKey() throws Exception {
    return WireJson.decode(get("/key?v=131").body().getBytes(UTF_8), OverTLSPublicKeyResponse.class)
        .publicKey();
  }

  /** A device with its keys and one channel to the server. */
  private final class Device implements AutoCloseable {
    private final String hostname;
    private final MachinePrivateKey machine = MachinePrivateKey.generate();
    private final NodeKey nodeKey = TestNetwork.nodeKey();
    private final DiscoPrivateKey disco = DiscoPrivateKey.generate();
    private NoiseConnection connection;

    Device(String hostname) throws Exception {
      this.hostname = hostname;
      redial();
    }

    void redial() throws Exception {
      connection =
          new NoiseDialer(
                  network, new NoiseTls(SystemTrust.of(List.of())), SecureRandomSource.system())
              .dial(ServerUrl.parse(local("").toString()), machine, serverKey(), 131, false)
              .get(20, TimeUnit.SECONDS);
    }

    RegisterRequest.Builder request() {
      return TestNetwork.request(nodeKey).hostinfo(TestNetwork.host(hostname));
    }

    RegisterResponse join(String authKey) throws Exception {
      return register(request().auth(RegisterRequestAuth.ofKey(authKey)));
    }

    RegisterResponse register(RegisterRequest.Builder request) throws Exception {
      ReplyStream reply = post("/machine/register", WireJson.encode(request.build()));
      assertThat(reply.status()).isEqualTo(200);
      return WireJson.decode(reply.readAllBytes(), RegisterResponse.class);
    }

    MapStreamReader stream() throws Exception {
      ReplyStream reply =
          post("/machine/map", WireJson.encode(map().stream(true).compress("zstd").build()));
      assertThat(reply.status()).isEqualTo(200);
      return new MapStreamReader(reply);
    }

    void lite(List<Endpoint> endpoints, int derp) throws Exception {
      Hostinfo hostinfo =
          TestNetwork.host(hostname).toBuilder()
              .netInfo(NetInfo.builder().preferredDerp(derp).build())
              .build();
      MapRequest request = map().omitPeers(true).endpoints(endpoints).hostinfo(hostinfo).build();
      ReplyStream reply = post("/machine/map", WireJson.encode(request));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.readAllBytes()).isEmpty();
    }

    int mapStatus() throws Exception {
      return post("/machine/map", WireJson.encode(map().omitPeers(true).build())).status();
    }

    private MapRequest.Builder map() {
      return MapRequest.builder().version(131).nodeKey(nodeKey).discoKey(disco.publicKey());
    }

    void hangUp() {
      connection.close();
    }

    ReplyStream post(String path, byte[] body) throws Exception {
      return connection.send("POST", "mesh", path, Map.of(), body).get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      connection.close();
    }
  }

  /** Reads framed and compressed messages. */
  private static final class MapStreamReader {
    private final ReplyStream stream;

    MapStreamReader(ReplyStream stream) {
      this.stream = stream;
      stream.deadline(System.nanoTime() + PATIENCE.toNanos());
    }

    MapResponse next() throws IOException, WireException {
      int length = Integer.reverseBytes(new DataInputStream(stream).readInt());
      byte[] frame = stream.readNBytes(length);
      ZstdDecompressor zstd = ZstdDecompressor.create();
      byte[] json = new byte[(int) zstd.getDecompressedSize(frame, 0, frame.length)];
      zstd.decompress(frame, 0, frame.length, json, 0, json.length);
      return WireJson.decode(json, MapResponse.class);
    }

    MapResponse nextWith(Predicate<MapResponse> wanted) throws Exception {
      while (true) {
        MapResponse message = next();
        if (wanted.test(message)) {
          return message;
        }
      }
    }

    boolean atEnd() throws IOException {
      return stream.read() < 0;
    }
  }
}
