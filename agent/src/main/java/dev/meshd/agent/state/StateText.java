package dev.meshd.agent.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link NodeState} as the text of its file, one JSON object with two-space indent:
 *
 * <pre>
 * {"version": 1, "machineKey": "privkey:…", "stateKey": "…", "nodeKey": "privkey:…",
 *  "oldNodeKey": "privkey:…", "pendingNodeKey": "privkey:…", "discoKey": "privkey:…",
 *  "serverKeys": {URL: "mkey:…"}, "login": {…}, "prefs": {…}, "sha256": "…"}
 * </pre>
 *
 * {@code sha256} is the hash of everything before it, written without white space: a flipped bit in
 * a key would otherwise read as another key. A file without it is taken as it is. Stateless.
 */
final class StateText {
  static final int VERSION = 1;

  private static final String HASH = "sha256";

  private StateText() {}

  /** The text is not a whole state; the message says why and quotes nothing secret. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedException(String why) {
      super(why);
    }
  }

  /** The text was written by a later version of this program. */
  static final class NewerException extends Exception {
    private static final long serialVersionUID = 1;
    private final int version;

    NewerException(int version) {
      super("state of version " + version);
      this.version = version;
    }

    int version() {
      return version;
    }
  }

  static byte[] encode(NodeState state) {
    ObjectNode json = Json.object();
    json.put("version", VERSION);
    json.put("machineKey", state.machineKey().text());
    json.put("stateKey", state.stateKey().hex());
    state.nodeKey().ifPresent(key -> json.put("nodeKey", key.text()));
    state.oldNodeKey().ifPresent(key -> json.put("oldNodeKey", key.text()));
    state.pendingNodeKey().ifPresent(key -> json.put("pendingNodeKey", key.text()));
    state.discoKey().ifPresent(key -> json.put("discoKey", key.text()));
    json.set("serverKeys", Json.tree(state.serverKeys()));
    state.login().ifPresent(login -> json.set("login", Json.tree(login)));
    json.set("prefs", Json.tree(state.prefs()));
    json.put(HASH, hash(json));
    return Json.pretty(json, "  ").getBytes(UTF_8);
  }

  static NodeState decode(byte[] text) throws DamagedException, NewerException {
    JsonNode json = parse(text);
    int version = json.path("version").asInt();
    if (version > VERSION) {
      throw new NewerException(version);
    }
    if (!(json instanceof ObjectNode object) || version != VERSION) {
      throw new DamagedException("it is not a state of version " + VERSION);
    }
    JsonNode hash = object.remove(HASH);
    if (hash != null && !hash.asText().equals(hash(object))) {
      throw new DamagedException("its content does not match its hash");
    }
    try {
      return state(object);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new DamagedException("it holds no usable keys and prefs");
    }
  }

  private static JsonNode parse(byte[] text) throws DamagedException {
    try {
      return Json.mapper()
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(text);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new DamagedException("it is not JSON, at line " + line);
    } catch (IOException e) {
      throw new DamagedException("it is not JSON");
    }
  }

  private static NodeState state(JsonNode json) throws JsonProcessingException {
    Map<String, String> serverKeys = new HashMap<>();
    json.path("serverKeys")
        .properties()
        .forEach(entry -> serverKeys.put(entry.getKey(), entry.getValue().asText()));
    return new NodeState(
        MachinePrivateKey.parse(json.path("machineKey").asText()),
        StateKey.parse(json.path("stateKey").asText()),
        nodeKey(json.path("nodeKey")),
        nodeKey(json.path("oldNodeKey")),
        nodeKey(json.path("pendingNodeKey")),
        json.has("discoKey")
            ? Optional.of(DiscoPrivateKey.parse(json.path("discoKey").asText()))
            : Optional.empty(),
        serverKeys,
        json.has("login")
            ? Optional.of(Json.convert(json.path("login"), NodeState.Login.class))
            : Optional.empty(),
        json.has("prefs") ? Json.convert(json.path("prefs"), Prefs.class) : Prefs.defaults());
  }

  private static Optional<NodePrivateKey> nodeKey(JsonNode json) {
    return json.isTextual() ? Optional.of(NodePrivateKey.parse(json.asText())) : Optional.empty();
  }

  private static String hash(ObjectNode json) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Json.bytes(json)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
