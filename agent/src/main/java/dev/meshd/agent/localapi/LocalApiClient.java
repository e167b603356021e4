package dev.meshd.agent.localapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.localapi.http.HttpHead;
import dev.meshd.agent.localapi.http.HttpReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Asks the daemon. One connection per request, blocking; safe to use from several threads.
 *
 * @see "tailscale: client/local/local.go"
 */
public final class LocalApiClient {
  public static final Path DEFAULT_SOCKET = Path.of("/run/meshd/meshd.sock");

  /** The only host name the daemon accepts. */
  public static final String HOST = "local-tailscaled.sock";

  private static final String PREFIX = "/localapi/v0/";
  private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;

  private final Path socket;

  public LocalApiClient(Path socket) {
    this.socket = socket;
  }

  public Path socket() {
    return socket;
  }

  public Status status() throws LocalApiException {
    return read(call("GET", "status", new byte[0]), Status.class);
  }

  public Status statusWithoutPeers() throws LocalApiException {
    return read(call("GET", "status?peers=false", new byte[0]), Status.class);
  }

  public Prefs prefs() throws LocalApiException {
    return read(call("GET", "prefs", new byte[0]), Prefs.class);
  }

  public Prefs edit(MaskedPrefs edit) throws LocalApiException {
    return read(call("PATCH", "prefs", Json.bytes(edit.json())), Prefs.class);
  }

  /** Asks whether the daemon would take these prefs; the reason when it would not. */
  public void check(Prefs prefs) throws LocalApiException {
    JsonNode answer = tree(call("POST", "check-prefs", Json.bytes(prefs)));
    String error = answer.path("Error").asText("");
    if (!error.isEmpty()) {
      throw new LocalApiException.Refused(400, error);
    }
  }

  public void start(StartOptions options) throws LocalApiException {
    call("POST", "start", Json.bytes(options));
  }

  public void loginInteractive() throws LocalApiException {
    call("POST", "login-interactive", new byte[0]);
  }

  public void logout() throws LocalApiException {
    call("POST", "logout", new byte[0]);
  }

  /** Pings once and waits for the answer; the caller bounds the wait by interrupting its thread. */
  public PingResult ping(String ip, String type) throws LocalApiException {
    return read(
        call("POST", "ping?ip=" + escape(ip) + "&type=" + escape(type) + "&size=0", new byte[0]),
        PingResult.class);
  }

  public JsonNode whois(String address) throws LocalApiException {
    return tree(call("GET", "whois?addr=" + escape(address), new byte[0]));
  }

  /** Prometheus text. */
  public String metrics() throws LocalApiException {
    return new String(call("GET", "usermetrics", new byte[0]), UTF_8);
  }

  /** Marks this moment in the daemon's log and returns the marker. */
  public String markLog(String note) throws LocalApiException {
    return new String(call("POST", "bugreport?note=" + escape(note), new byte[0]), UTF_8).strip();
  }

  /** What the daemon reports about itself: an object of texts by file name. */
  public JsonNode bugReport() throws LocalApiException {
    return tree(call("POST", "bugreport-files", new byte[0]));
  }

  /** Log level by logger. */
  public JsonNode logLevels() throws LocalApiException {
    return tree(call("GET", "log-level", new byte[0]));
  }

  /**
   * Changes a log level.
   *
   * @param seconds after which the present level comes back; 0 for never
   */
  public void setLogLevel(String logger, String level, long seconds) throws LocalApiException {
    call(
        "POST",
        "log-level?logger=" + escape(logger) + "&level=" + escape(level) + "&seconds=" + seconds,
        new byte[0]);
  }

  public JsonNode derpMap() throws LocalApiException {
    return tree(call("GET", "derpmap", new byte[0]));
  }

  /** Opens the bus; when this returns, no later message is missed. */
  public BusWatch watch(long mask) throws LocalApiException {
    SocketChannel channel = connect();
    try {
      send(channel, "GET", "watch-ipn-bus?mask=" + mask, new byte[0]);
      HttpReader reader = new HttpReader(Channels.newInputStream(channel));
      HttpHead head =
          reader.readHead().orElseThrow(() -> new IOException("the daemon closed the connection"));
      if (status(head) != 200) {
        throw refused(head, reader);
      }
      return new BusWatch(channel, reader.bodyStream(head));
    } catch (IOException e) {
      closeQuietly(channel);
      throw broken(e);
    }
  }

  /** Sends one request below {@code /localapi/v0/} and returns the body of its answer. */
  public byte[] call(String method, String path, byte[] body) throws LocalApiException {
    try (SocketChannel channel = connect()) {
      send(channel, method, path, body);
      HttpReader reader = new HttpReader(Channels.newInputStream(channel));
      HttpHead head =
          reader.readHead().orElseThrow(() -> new IOException("the daemon closed the connection"));
      if (status(head) >= 300) {
        throw refused(head, reader);
      }
      return reader.readBody(head, MAX_BODY_BYTES);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private SocketChannel connect() throws LocalApiException {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
      } catch (IOException | RuntimeException e) {
        closeQuietly(channel);
        throw e;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new LocalApiException.Unreachable(diagnosis(e), e);
    }
  }

  private String diagnosis(Exception failure) {
    String start = "failed to connect to the meshd daemon at " + socket + ": ";
    if (failure instanceof AccessDeniedException
        || String.valueOf(failure.getMessage()).contains("Permission denied")) {
      return start + "permission denied";
    }
    return start
        + (Files.exists(socket) ? "nobody is listening there" : "there is no such socket")
        + "; start the daemon with: sudo meshd daemon";
  }

  private static void send(SocketChannel channel, String method, String path, byte[] body)
      throws IOException {
    String head =
        method
            + " "
            + PREFIX
            + path
            + " HTTP/1.1\r\n"
            + "Host: "
            + HOST
            + "\r\n"
            + "Connection: close\r\n"
            + (body.length > 0 ? "Content-Type: application/json\r\n" : "")
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    OutputStream out = Channels.newOutputStream(channel);
    out.write(head.getBytes(ISO_8859_1));
    out.write(body);
  }

  private static int status(HttpHead head) throws IOException {
    String[] parts = head.startLine().split(" ", 3);
    try {
      return Integer.parseInt(parts[1]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("what answers at the socket does not speak HTTP", e);
    }
  }

  private static LocalApiException refused(HttpHead head, HttpReader reader) throws IOException {
    byte[] body = reader.readBody(head, MAX_BODY_BYTES);
    String reason = new String(body, UTF_8).strip();
    if (reason.startsWith("{")) {
      JsonNode json = Json.parse(body);
      reason = json.path("error").asText(json.path("Error").asText(reason));
    }
    return new LocalApiException.Refused(
        status(head), reason.isEmpty() ? head.startLine() : reason);
  }

  private LocalApiException broken(IOException e) {
    if (e instanceof LocalApiException known) {
      return known;
    }
    return new LocalApiException.Unreachable(
        "the connection to the meshd daemon broke: " + e.getMessage(), e);
  }

  private static <T> T read(byte[] json, Class<T> type) throws LocalApiException {
    try {
      return Json.read(json, type);
    } catch (IOException e) {
      throw new LocalApiException.Unreachable(
          "the daemon's answer cannot be understood: " + e.getMessage(), e);
    }
  }

  private static JsonNode tree(byte[] json) throws LocalApiException {
    return read(json, JsonNode.class);
  }

  private static String escape(String value) {
    return java.net.URLEncoder.encode(value, UTF_8);
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The connection is being given up for a reason that matters more.
    }
  }
}
