package dev.meshd.agent.localapi.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.http.HttpBody;
import dev.meshd.agent.localapi.http.HttpException;
import dev.meshd.agent.localapi.http.HttpHead;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request, read whole.
 *
 * @param path without the query, for example {@code /localapi/v0/status}
 * @param parameters of the query and of a form body; the last of equal names wins
 */
record Request(
    String method,
    String path,
    Map<String, String> parameters,
    HttpHead head,
    HttpBody body,
    UserPrincipal caller) {
  Request {
    parameters = Map.copyOf(parameters);
  }

  static Request of(HttpHead head, byte[] body, UserPrincipal caller) throws HttpException {
    String[] parts = head.startLine().split(" ", 3);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new HttpException(400, "malformed request line");
    }
    String target = parts[1];
    int question = target.indexOf('?');
    Map<String, String> parameters = new HashMap<>();
    if (question >= 0) {
      addParameters(target.substring(question + 1), parameters);
    }
    if (head.first("Content-Type")
        .filter(t -> t.startsWith("application/x-www-form-urlencoded"))
        .isPresent()) {
      addParameters(new String(body, UTF_8), parameters);
    }
    return new Request(
        parts[0],
        question < 0 ? target : target.substring(0, question),
        parameters,
        head,
        HttpBody.of(body),
        caller);
  }

  private static void addParameters(String encoded, Map<String, String> parameters)
      throws HttpException {
    for (String pair : encoded.split("&", -1)) {
      int equals = pair.indexOf('=');
      try {
        if (equals > 0) {
          parameters.put(
              URLDecoder.decode(pair.substring(0, equals), UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), UTF_8));
        }
      } catch (IllegalArgumentException e) {
        throw new HttpException(400, "malformed parameter", e);
      }
    }
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  String requiredParameter(String name) throws HttpException {
    return parameter(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new HttpException(400, "missing '" + name + "' parameter"));
  }

  JsonNode json() throws HttpException {
    return json(JsonNode.class);
  }

  <T> T json(Class<T> type) throws HttpException {
    try {
      return Json.read(body.bytes(), type);
    } catch (IOException e) {
      throw new HttpException(400, "malformed JSON body", e);
    }
  }
}
