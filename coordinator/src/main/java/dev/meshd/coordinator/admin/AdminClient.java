package dev.meshd.coordinator.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks a running server through its Unix socket. One connection per request; blocking. Immutable
 * and thread-safe.
 *
 * <p>Every method throws {@link AdminException} with a sentence when the server is not there, does
 * not admit the caller or refuses.
 */
public final class AdminClient {
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final Path socket;

  public AdminClient(Path socket) {
    this.socket = socket;
  }

  public List<ApiUser> users() throws AdminException {
    return list(call("GET", "/user", Map.of()).path("users"), ApiUser.class);
  }

  public ApiUser createUser(String name, String displayName, String email) throws AdminException {
    Map<String, Object> body = Map.of("name", name, "displayName", displayName, "email", email);
    return value(call("POST", "/user", body).path("user"), ApiUser.class);
  }

  public ApiUser renameUser(String user, String newName) throws AdminException {
    String path = "/user/" + encode(user) + "/rename/" + encode(newName);
    return value(call("POST", path, Map.of()).path("user"), ApiUser.class);
  }

  public void deleteUser(String user) throws AdminException {
    call("DELETE", "/user/" + encode(user), Map.of());
  }

  public List<ApiPreAuthKey> preAuthKeys() throws AdminException {
    return list(call("GET", "/preauthkey", Map.of()).path("preAuthKeys"), ApiPreAuthKey.class);
  }

  /** The answer's {@code key} is the whole key, which cannot be had again. */
  public ApiPreAuthKey createPreAuthKey(
      Optional<String> user,
      boolean reusable,
      boolean ephemeral,
      Optional<Instant> expiration,
      List<String> tags)
      throws AdminException {
    Map<String, Object> body = new LinkedHashMap<>();
    user.ifPresent(name -> body.put("user", name));
    body.put("reusable", reusable);
    body.put("ephemeral", ephemeral);
    expiration.ifPresent(end -> body.put("expiration", end.toString()));
    body.put("aclTags", tags);
    return value(call("POST", "/preauthkey", body).path("preAuthKey"), ApiPreAuthKey.class);
  }

  public void expirePreAuthKey(String id) throws AdminException {
    call("POST", "/preauthkey/expire", Map.of("id", id));
  }

  public void deletePreAuthKey(String id) throws AdminException {
    call("DELETE", "/preauthkey?id=" + encode(id), Map.of());
  }

  public List<ApiNode> nodes(Optional<String> user) throws AdminException {
    String path = "/node" + user.map(name -> "?user=" + encode(name)).orElse("");
    return list(call("GET", path, Map.of()).path("nodes"), ApiNode.class);
  }

  public ApiNode node(String node) throws AdminException {
    return node("GET", "/node/" + encode(node), Map.of());
  }

  /** The devices that wait for approval. */
  public List<ApiRegistration> registrations() throws AdminException {
    return list(
        call("GET", "/registration", Map.of()).path("registrations"), ApiRegistration.class);
  }

  /**
   * Lets a waiting device in; {@code key} is the id its registration page shows.
   *
   * @param user may be empty when there is only one
   */
  public ApiNode registerNode(Optional<String> user, String key) throws AdminException {
    String owner = user.map(name -> "&user=" + encode(name)).orElse("");
    return node("POST", "/node/register?key=" + encode(key) + owner, Map.of());
  }

  public ApiNode renameNode(String node, String newName) throws AdminException {
    return node("POST", "/node/" + encode(node) + "/rename/" + encode(newName), Map.of());
  }

  /** Sets when the node key ends. */
  public ApiNode expireNode(String node, Instant expiry) throws AdminException {
    return node("POST", "/node/" + encode(node) + "/expire", Map.of("expiry", expiry.toString()));
  }

  public ApiNode disableNodeExpiry(String node) throws AdminException {
    return node("POST", "/node/" + encode(node) + "/expire", Map.of("disableExpiry", true));
  }

  public ApiNode tagNode(String node, List<String> tags) throws AdminException {
    return node("POST", "/node/" + encode(node) + "/tags", Map.of("tags", tags));
  }

  /** Gives the node to another user; a tagged node loses its tags. */
  public ApiNode moveNode(String node, String user) throws AdminException {
    return node("POST", "/node/" + encode(node) + "/user", Map.of("user", user));
  }

  /** The levels of the server's loggers. */
  public Map<String, String> logLevels() throws AdminException {
    return levels(call("GET", "/log-level", Map.of()));
  }

  /** Sets a level until the server ends, and returns all. */
  public Map<String, String> setLogLevel(String logger, String level) throws AdminException {
    return levels(call("POST", "/log-level", Map.of("logger", logger, "level", level)));
  }

  private static Map<String, String> levels(JsonNode answer) {
    Map<String, String> levels = new TreeMap<>();
    answer
        .path("levels")
        .properties()
        .forEach(entry -> levels.put(entry.getKey(), entry.getValue().asText()));
    return levels;
  }

  public void deleteNode(String node) throws AdminException {
    call("DELETE", "/node/" + encode(node), Map.of());
  }

  private ApiNode node(String method, String path, Map<String, Object> body) throws AdminException {
    return value(call(method, path, body).path("node"), ApiNode.class);
  }

  private JsonNode call(String method, String path, Map<String, Object> body)
      throws AdminException {
    try {
      byte[] json = body.isEmpty() ? new byte[0] : ApiJson.mapper().writeValueAsBytes(body);
      byte[] answer = exchange(request(method, path, json));
      return parse(answer);
    } catch (ConnectException e) {
      throw new AdminException("no meshd server is running: nothing listens on " + socket, e);
    } catch (AccessDeniedException e) {
      throw notAdmitted(e);
    } catch (SocketException e) {
      throw Files.exists(socket) && !Files.isWritable(socket)
          ? notAdmitted(e)
          : new AdminException("no meshd server is running: there is no socket " + socket, e);
    } catch (IOException e) {
      throw new AdminException("the server did not answer on " + socket + ": " + e.getMessage(), e);
    }
  }

  private AdminException notAdmitted(Exception cause) {
    return new AdminException(
        "access to " + socket + " is denied: run this as root or as the user the server runs as",
        cause);
  }

  private static byte[] request(String method, String path, byte[] json) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.write(
        (method
                + " /api/v1"
                + path
                + " HTTP/1.1\r\nHost: meshd-server\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: "
                + json.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    request.write(json);
    return request.toByteArray();
  }

  /** Sends the request and reads until the server closes, as "Connection: close" asks it to. */
  private byte[] exchange(byte[] request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer out = ByteBuffer.wrap(request);
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(1 << 16);
      while (channel.read(in) >= 0) {
        answer.write(in.array(), 0, in.position());
        in.clear();
        if (answer.size() > MAX_ANSWER_BYTES) {
          throw new IOException("the answer is too long");
        }
      }
      return answer.toByteArray();
    }
  }

  /** Status line, header lines, empty line, JSON. */
  private static JsonNode parse(byte[] answer) throws IOException, AdminException {
    String text = new String(answer, UTF_8);
    int end = text.indexOf("\r\n\r\n");
    String[] status = text.lines().findFirst().orElse("").split(" ", 3);
    if (end < 0 || status.length < 2) {
      throw new IOException("it closed the connection");
    }
    JsonNode body = ApiJson.mapper().readTree(text.substring(end + 4));
    if (!status[1].equals("200")) {
      String detail = body.path("detail").asText("");
      throw new AdminException(detail.isEmpty() ? "the server answered " + status[1] : detail);
    }
    return body;
  }

  private static <T> T value(JsonNode json, Class<T> type) throws AdminException {
    try {
      return ApiJson.mapper().treeToValue(json, type);
    } catch (IOException e) {
      throw new AdminException("the server's answer is not understood", e);
    }
  }

  private static <T> List<T> list(JsonNode json, Class<T> type) throws AdminException {
    try {
      return ApiJson.mapper().readerForListOf(type).readValue(json);
    } catch (IOException e) {
      throw new AdminException("the server's answer is not understood", e);
    }
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, UTF_8).replace("+", "%20");
  }
}
