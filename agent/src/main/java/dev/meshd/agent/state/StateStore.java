package dev.meshd.agent.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The node's state and its file, one JSON object with two-space indent:
 *
 * <pre>
 * {"version": 1, "machineKey": "privkey:…", "stateKey": "…", "nodeKey": "privkey:…", "oldNodeKey": "privkey:…", "discoKey": "privkey:…",
 *  "serverKeys": {URL: "mkey:…"}, "login": {…}, "prefs": {…}}
 * </pre>
 *
 * Thread-safe. A change is on disk before {@link #update} returns.
 */
public final class StateStore {
  static final String FILE_NAME = "meshd.state";
  private static final int VERSION = 1;

  private final Path file;
  private NodeState state;

  private StateStore(Path file, NodeState state) {
    this.file = file;
    this.state = state;
  }

  /**
   * Reads the state; a missing or empty file is a machine's first start, and its new keys are
   * written at once.
   *
   * @throws StateException if there is a file but not one of ours: starting afresh would throw the
   *     node's identity away
   */
  public static StateStore open(StateDirectory directory) throws IOException {
    Path file = directory.file(FILE_NAME);
    Optional<NodeState> known = read(file);
    StateStore store = new StateStore(file, known.orElseGet(NodeState::fresh));
    if (known.isEmpty()) {
      store.write(store.state);
    }
    return store;
  }

  public synchronized NodeState state() {
    return state;
  }

  /**
   * Changes the state and makes the change durable.
   *
   * @throws StateException if it could not be written; the state then stays as it was
   */
  public synchronized NodeState update(UnaryOperator<NodeState> change) throws StateException {
    NodeState changed = change.apply(state);
    if (!changed.equals(state)) {
      write(changed);
      state = changed;
    }
    return changed;
  }

  private static Optional<NodeState> read(Path file) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StateException("cannot read the state file " + file + ": " + e.getMessage(), e);
    }
    if (new String(content, StandardCharsets.UTF_8).isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(decode(Json.parse(content)));
    } catch (JsonProcessingException e) {
      throw damaged(file, "it is not JSON, at line " + line(e), e);
    } catch (IllegalArgumentException e) {
      throw damaged(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
  }

  private static StateException damaged(Path file, String what, Exception cause) {
    return new StateException(
        "the state file "
            + file
            + " is damaged ("
            + what
            + "); restore it, or move it away to register as a new node",
        cause);
  }

  private void write(NodeState changed) throws StateException {
    try {
      AtomicFile.write(file, Json.pretty(encode(changed), "  ").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new StateException("cannot write the state file " + file + ": " + e.getMessage(), e);
    }
  }

  private static ObjectNode encode(NodeState state) {
    ObjectNode json = Json.object();
    json.put("version", VERSION);
    json.put("machineKey", state.machineKey().text());
    json.put("stateKey", state.stateKey().hex());
    state.nodeKey().ifPresent(key -> json.put("nodeKey", key.text()));
    state.oldNodeKey().ifPresent(key -> json.put("oldNodeKey", key.text()));
    state.discoKey().ifPresent(key -> json.put("discoKey", key.text()));
    json.set("serverKeys", Json.tree(state.serverKeys()));
    state.login().ifPresent(login -> json.set("login", Json.tree(login)));
    json.set("prefs", Json.tree(state.prefs()));
    return json;
  }

  private static NodeState decode(JsonNode json) throws JsonProcessingException {
    if (json.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException("its version is not " + VERSION);
    }
    Map<String, String> serverKeys = new HashMap<>();
    json.path("serverKeys")
        .properties()
        .forEach(entry -> serverKeys.put(entry.getKey(), entry.getValue().asText()));
    return new NodeState(
        MachinePrivateKey.parse(json.path("machineKey").asText()),
        StateKey.parse(json.path("stateKey").asText()),
        nodeKey(json.path("nodeKey")),
        nodeKey(json.path("oldNodeKey")),
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
}
