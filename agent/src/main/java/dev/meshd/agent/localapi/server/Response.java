package dev.meshd.agent.localapi.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.bus.BusWatcher;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.http.HttpBody;

/** What a request is answered with. */
sealed interface Response {
  /** A whole answer. */
  record Whole(int status, String contentType, HttpBody body) implements Response {}

  /** Messages of the bus, one JSON object a line, until one side closes. */
  record BusStream(BusWatcher watcher) implements Response {}

  /**
   * The head with {@code status} at once, the body when {@code ready} returns; for clients that
   * wait for start-up.
   */
  record Delayed(int status, Wait ready, HttpBody body) implements Response {}

  /** Blocks until what was waited for has happened. */
  interface Wait {
    void await() throws InterruptedException;
  }

  static Response json(Object value) {
    return json(200, value);
  }

  static Response json(int status, Object value) {
    return new Whole(status, "application/json", HttpBody.of(Json.bytes(value)));
  }

  static Response text(int status, String text) {
    return new Whole(status, "text/plain; charset=utf-8", HttpBody.of(text.getBytes(UTF_8)));
  }

  static Response html(String text) {
    return new Whole(200, "text/html; charset=utf-8", HttpBody.of(text.getBytes(UTF_8)));
  }

  static Response noContent() {
    return new Whole(204, "", HttpBody.of(new byte[0]));
  }

  /** An error in the form of JSON endpoints. */
  static Response error(int status, String reason) {
    ObjectNode json = Json.object();
    json.put("error", reason);
    return json(status, json);
  }
}
