package dev.meshd.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.NoiseConnection;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.NoiseTls;
import dev.meshd.control.transport.ReplyStream;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.coordinator.CoordinatorServer;
import dev.meshd.coordinator.admin.AdminClient;
import dev.meshd.coordinator.config.ConfigReader;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** At the most talkative level, from the first start to a refused login: no secret in any line. */
class SecretsStayOutOfTheLogTest {
  @TempDir Path dir;

  @Test
  void noKeyThatOpensAnythingIsLogged() throws Exception {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger ours = context.getLogger("dev.meshd");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.setContext(context);
    lines.start();
    Level before = ours.getLevel();
    ours.setLevel(Level.TRACE);
    ours.setAdditive(false);
    ours.addAppender(lines);
    List<String> secrets = new ArrayList<>();
    try {
      useServer(secrets);
    } finally {
      ours.detachAppender(lines);
      ours.setAdditive(true);
      ours.setLevel(before);
    }
    List<String> log =
        List.copyOf(lines.list).stream().map(SecretsStayOutOfTheLogTest::all).toList();
    assertThat(log).anyMatch(line -> line.contains("node joined"));
    assertThat(log).anyMatch(line -> line.contains("registration refused"));
    assertThat(secrets).hasSizeGreaterThanOrEqualTo(6);
    for (String secret : secrets) {
      assertThat(log).noneMatch(line -> line.contains(secret));
    }
  }

  private static String all(ILoggingEvent event) {
    return event.getFormattedMessage()
        + event.getKeyValuePairs()
        + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage());
  }

  private void useServer(List<String> secrets) throws Exception {
    EventLoopGroup network = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    MachinePrivateKey machine = MachinePrivateKey.generate();
    NodePrivateKey node = NodePrivateKey.generate();
    try (CoordinatorServer server =
        CoordinatorServer.start(
            ConfigReader.parse(
                """
                listen_addr: 127.0.0.1:0
                derp: {server: {listen_addr: "127.0.0.1:0", stun_listen_addr: "127.0.0.1:0"}}
                data_dir: %s
                unix_socket: %s
                """
                    .formatted(dir.resolve("data"), dir.resolve("s.sock")),
                ConfigReader.Overrides.none()))) {
      AdminClient admin = new AdminClient(dir.resolve("s.sock"));
      admin.createUser("alice", "", "");
      String key =
          admin
              .createPreAuthKey(Optional.of("alice"), false, false, Optional.empty(), List.of())
              .key();
      secrets.add(key);
      secrets.add(key.substring(key.lastIndexOf('-') + 1));
      secrets.add(hex(machine.text()));
      secrets.add(hex(node.text()));
      try (Stream<Path> files = Files.list(dir.resolve("data"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".key")).toList()) {
          secrets.add(hex(Files.readString(file).strip()));
        }
      }
      URI url = URI.create("http://127.0.0.1:" + server.port());
      String body =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(url.resolve("/key?v=131")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      var serverKey = WireJson.decode(body.getBytes(), OverTLSPublicKeyResponse.class).publicKey();
      NoiseConnection connection =
          new NoiseDialer(
                  network, new NoiseTls(SystemTrust.of(List.of())), SecureRandomSource.system())
              .dial(ServerUrl.parse(url.toString()), machine, serverKey, 131, false)
              .get(20, TimeUnit.SECONDS);
      assertThat(register(connection, node, key).machineAuthorized()).isTrue();
      NodePrivateKey other = NodePrivateKey.generate();
      assertThat(register(connection, other, key).error()).isNotEmpty();
      assertThat(register(connection, other, key + "x").error()).isNotEmpty();
      connection.close();
    } finally {
      network.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static String hex(String key) {
    return key.substring(key.indexOf(':') + 1);
  }

  private static RegisterResponse register(
      NoiseConnection connection, NodePrivateKey node, String key) throws Exception {
    byte[] request =
        WireJson.encode(
            RegisterRequest.builder()
                .version(131)
                .nodeKey(node.publicKey())
                .hostinfo(Hostinfo.builder().hostname("box").os("linux").build())
                .auth(RegisterRequestAuth.ofKey(key))
                .build());
    ReplyStream reply =
        connection
            .send("POST", "mesh", "/machine/register", Map.of(), request)
            .get(20, TimeUnit.SECONDS);
    return WireJson.decode(reply.readAllBytes(), RegisterResponse.class);
  }
}
