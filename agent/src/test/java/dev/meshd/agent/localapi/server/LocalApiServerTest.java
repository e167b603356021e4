package dev.meshd.agent.localapi.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.BusWatch;
import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.LocalApiException;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.NotifyMask;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.StartOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalApiServerTest {
  @TempDir Path temp;

  private final FakeBackend backend = new FakeBackend();
  private Path socket;
  private LocalApiClient client;
  private LocalApiServer server;

  @BeforeEach
  void open() throws Exception {
    socket = temp.resolve("d/api.sock");
    client = new LocalApiClient(socket);
    server =
        LocalApiServer.open(
            socket,
            new AccessRules(Files.getOwner(temp), () -> backend.prefs().operatorUser()),
            backend);
    backend.ready.countDown();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  @Test
  void answersStatusWithOrWithoutPeers() throws Exception {
    assertThat(client.status().health()).containsExactly("peers");
    assertThat(client.statusWithoutPeers().health()).containsExactly("alone");
    assertThat(client.status().state()).isEqualTo(BackendState.STOPPED);
  }

  @Test
  void editsOnlyMarkedPrefs() throws Exception {
    assertThat(client.edit(MaskedPrefs.none().with("WantRunning", true)).wantRunning()).isTrue();
    assertThat(client.prefs()).isEqualTo(backend.prefs);
    assertThatThrownBy(() -> client.edit(MaskedPrefs.none().with("InternalExitNodePrior", "x")))
        .isInstanceOf(LocalApiException.Refused.class)
        .hasMessage("can't set Internal fields");
  }

  @Test
  void checksPrefs() throws Exception {
    client.check(Prefs.defaults());
    Prefs bad = MaskedPrefs.none().with("Hostname", "a b").applyTo(Prefs.defaults());
    assertThatThrownBy(() -> client.check(bad)).hasMessage("invalid hostname");
  }

  @Test
  void takesTheAuthKeyOfAStart() throws Exception {
    client.start(new StartOptions("hskey-auth-1", null));
    assertThat(backend.authKey).contains("hskey-auth-1");
    assertThat(new StartOptions("hskey-auth-1", null).toString()).doesNotContain("hskey");
  }

  @Test
  void streamsTheBusWithoutAGap() throws Exception {
    try (BusWatch watch = client.watch(NotifyMask.INITIAL_STATE)) {
      client.loginInteractive();
      assertThat(watch.next().orElseThrow().stateChange()).contains(BackendState.STOPPED);
      assertThat(watch.next().orElseThrow().loginUrl()).contains("https://login.example.com/a");
      backend.bus.close();
      assertThat(watch.next()).isEmpty();
    }
  }

  @Test
  void forgetsAWatcherThatWentAway() throws Exception {
    try (BusWatch watch = client.watch(NotifyMask.ENGINE_UPDATES)) {
      assertThat(backend.bus.isWanted(NotifyMask.ENGINE_UPDATES)).isTrue();
      backend.bus.publish(Notify.error("x"));
      assertThat(watch.next()).isPresent();
    }
    while (backend.bus.isWanted(NotifyMask.ENGINE_UPDATES)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aBugInAHandlerIsAnErrorAnswerAndNoMore() throws Exception {
    assertThatThrownBy(client::logout)
        .isInstanceOf(LocalApiException.Refused.class)
        .hasMessageContaining("internal error");
    assertThat(client.status().backendState()).isEqualTo("Stopped");
  }

  @Test
  void keepsAConnectionForSeveralRequests() throws Exception {
    String request = "GET /localapi/v0/prefs HTTP/1.1\r\nHost: local-tailscaled.sock\r\n\r\n";
    String last =
        "GET /nowhere HTTP/1.1\r\nHost: local-tailscaled.sock\r\nConnection: close\r\n\r\n";
    String answer = raw(request + request + last);
    assertThat(answer.split("HTTP/1.1 200 OK", -1)).hasSize(3);
    assertThat(answer).contains("HTTP/1.1 404");
    assertThat(answer)
        .contains("Tailscale-Version: 1.2.3")
        .contains("X-Frame-Options: DENY")
        .contains("Tailscale-Cap: 131");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example.com",
        "Host: local-tailscaled.sock\r\nOrigin: null",
        "Referer: http://x"
      })
  void refusesWhatABrowserWouldSend(String fields) throws Exception {
    assertThat(
            raw("GET /localapi/v0/status HTTP/1.1\r\n" + fields + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403")
        .endsWith("invalid localapi request\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/localapi/v0/nothing,404",
    "POST,/localapi/v0/status,405",
    "GET,/localapi/v0/start,405",
    "CONNECT,/,405",
    "GET,/localapi/v0/watch-ipn-bus?mask=x,400",
    "GET,/localapi/v0/watch-ipn-bus?mask=4352,400",
    "POST,/localapi/v0/ping?ip=1.2.3.4&type=smoke,400",
    "POST,/localapi/v0/ping,400",
    "GET,/localapi/v0/whois?addr=%zz,400",
    "POST,/localapi/v0/start,400",
    "POST,/localapi/v0/debug?action=rebind,200",
    "POST,/localapi/v0/debug?action=explode,400",
    "GET,/server-status,200",
    "GET,/,200",
  })
  void answersWithTheRightStatus(String method, String target, int status) throws Exception {
    assertThat(raw(method + " " + target + " HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status);
  }

  @Test
  void readsParametersOfAForm() throws Exception {
    String form = "ip=100.64.0.1&type=TSMP";
    String answer =
        raw(
            "POST /localapi/v0/ping HTTP/1.1\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + form.length()
                + "\r\n\r\n"
                + form);
    assertThat(answer).contains("TSMP has no answer");
  }

  @Test
  void malformedBytesEndOnlyTheirConnection() throws Exception {
    assertThat(raw("\0\0\0\n\n")).startsWith("HTTP/1.1 400");
    assertThat(client.status()).isNotNull();
  }

  @Test
  void aLeftoverSocketIsReplacedAndALiveOneIsNot() throws Exception {
    AccessRules rules = new AccessRules(Files.getOwner(temp), () -> "");
    assertThatThrownBy(() -> LocalApiServer.open(socket, rules, backend))
        .isInstanceOf(LocalApiServer.SocketTakenException.class)
        .hasMessage("another meshd daemon is already listening at " + socket);
    assertThat(client.status()).isNotNull();
    server.close();
    assertThat(socket).doesNotExist();
    Files.createFile(socket);
    server = LocalApiServer.open(socket, rules, backend);
    assertThat(client.status()).isNotNull();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw-rw-");
  }

  @Test
  void saysHowToStartADaemonWhenNobodyListens() throws Exception {
    server.close();
    assertThatThrownBy(client::status)
        .isInstanceOf(LocalApiException.Unreachable.class)
        .hasMessageContaining(socket.toString())
        .hasMessageEndingWith("start the daemon with: sudo meshd daemon");
  }

  @ParameterizedTest
  @CsvSource({"0,true", "1000,true", "2000,true", "3000,false"})
  void rootTheDaemonsUserAndTheOperatorWrite(String caller, boolean mayWrite) throws Exception {
    AccessRules rules = new AccessRules(user("1000"), () -> "2000");
    assertThat(rules.allows(Access.WRITE, user(caller))).isEqualTo(mayWrite);
    assertThat(rules.allows(Access.READ, user(caller))).isTrue();
  }

  @Test
  void anUnknownOrAbsentOperatorIsNobody() throws Exception {
    assertThat(new AccessRules(user("1000"), () -> "").allows(Access.WRITE, user("3000")))
        .isFalse();
    assertThat(
            new AccessRules(user("1000"), () -> "no such user").allows(Access.WRITE, user("3000")))
        .isFalse();
  }

  private static UserPrincipal user(String id) throws IOException {
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(id);
  }

  private String raw(String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }
  }
}
