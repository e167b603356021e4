package dev.meshd.control.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.ControlConnectionException;
import dev.meshd.control.transport.ServerUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that are none: each gives one sentence. */
class ServerKeyFetchTest {
  private static final String KEY = "mkey:" + "07".repeat(32);

  @Test
  void aServerWithAKeyIsOne() throws Exception {
    try (Answering server = new Answering(http("200 OK", "", "{\"publicKey\":\"" + KEY + "\"}"))) {
      assertThat(fetch("http", server.port()).text()).isEqualTo(KEY);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 Not Found     |                       | x      | it answers 404 to the request for its key",
        "301 Moved         | Location: https://h/x | x      | it answers 301 to the request for its key and points to https://h/x",
        "200 OK            | X: y                  | hello  | its answer to /key is not a key",
        "200 OK            | X: y                  | {}     | it has no Noise key",
        "500 Oops          | X: y                  |        | it answers 500 to the request for its key",
      })
  void aWebServerIsNone(String status, String header, String body, String sentence)
      throws Exception {
    String extra = header == null ? "" : header + "\r\n";
    try (Answering server = new Answering(http(status, extra, body == null ? "" : body))) {
      assertSentence("http", server.port(), sentence);
    }
  }

  @Test
  void aServerThatSpeaksSomethingElseIsNone() throws Exception {
    try (Answering server = new Answering("SSH-2.0-OpenSSH_9.6\r\n")) {
      assertSentence("http", server.port(), "is not a control server: ");
    }
    try (Answering server = new Answering("")) {
      assertSentence("http", server.port(), "is not a control server: ");
    }
  }

  @Test
  void aServerWithoutTlsIsNotBlamedForItsCertificate() throws Exception {
    try (Answering server = new Answering(http("400 Bad Request", "", ""))) {
      assertSentence("https", server.port(), "no TLS with https://127.0.0.1:" + server.port());
    }
  }

  @Test
  void nobodyAtAll() throws Exception {
    int port;
    try (Answering server = new Answering("")) {
      port = server.port();
    }
    assertSentence("http", port, "no connection to the control server http://127.0.0.1:" + port);
  }

  @Test
  void aNameThatDoesNotExist() {
    Throwable failure = catchThrowable(() -> fetch(ServerUrl.parse("http://control.invalid")));
    assertThat(failure).hasMessage("the name control.invalid cannot be resolved");
  }

  private static void assertSentence(String scheme, int port, String part) {
    Throwable failure = catchThrowable(() -> fetch(scheme, port));
    assertThat(failure)
        .isInstanceOf(ControlConnectionException.class)
        .hasMessageContaining(part)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageNotContainingAny("\n", "java.", "null");
  }

  private static dev.meshd.crypto.MachineKey fetch(String scheme, int port) throws Exception {
    return fetch(ServerUrl.parse(scheme + "://127.0.0.1:" + port));
  }

  private static dev.meshd.crypto.MachineKey fetch(ServerUrl url) throws Exception {
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(SystemTrust.of(List.of()).context())
            .build()) {
      return new ServerKeyFetch(http).fetch(url, 131);
    }
  }

  private static String http(String status, String header, String body) {
    return "HTTP/1.1 "
        + status.strip()
        + "\r\n"
        + header
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** Reads a little from every connection, says the same thing to all, and closes. */
  private static final class Answering implements AutoCloseable {
    private final ServerSocket listener =
        new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));

    Answering(String answer) throws IOException {
      Thread.ofVirtual().start(() -> serve(answer));
    }

    private void serve(String answer) {
      while (!listener.isClosed()) {
        try (Socket socket = listener.accept()) {
          byte[] some = new byte[2000];
          int count = socket.getInputStream().read(some);
          if (count >= 0) {
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
          }
        } catch (IOException e) {
          if (!listener.isClosed()) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }

    int port() {
      return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
