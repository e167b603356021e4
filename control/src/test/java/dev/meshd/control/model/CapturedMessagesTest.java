package dev.meshd.control.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real programs sent must survive decoding and encoding with nothing lost. */
class CapturedMessagesTest {
  @Test
  void registerRequestSurvives() throws WireException {
    assertSurvives(Vectors.json("register-request.json"), RegisterRequest.class);
  }

  @Test
  void registerResponseSurvives() throws WireException {
    assertSurvives(Vectors.json("register-response.json"), RegisterResponse.class);
  }

  @ParameterizedTest
  @MethodSource("mapRequests")
  void mapRequestSurvives(JsonNode request) throws WireException {
    assertSurvives(request, MapRequest.class);
  }

  @ParameterizedTest
  @MethodSource("mapResponses")
  void mapResponseSurvives(JsonNode response) throws WireException {
    assertSurvives(response, MapResponse.class);
  }

  static Stream<JsonNode> mapRequests() {
    return Vectors.lines("map-requests-node1.jsonl").stream();
  }

  static Stream<JsonNode> mapResponses() {
    return Stream.of("map-responses-node1.jsonl", "map-responses-node2.jsonl")
        .flatMap(file -> Vectors.lines(file).stream())
        .map(line -> line.get("response"));
  }

  private static void assertSurvives(JsonNode captured, Class<?> type) throws WireException {
    Object decoded = WireJson.decode(captured.toString().getBytes(UTF_8), type);
    JsonNode encoded = WireJson.decode(WireJson.encode(decoded), JsonNode.class);
    assertThat(withoutNulls(encoded)).isEqualTo(withoutNulls(captured));
  }

  /** Null and absent are the same thing in this protocol. */
  private static JsonNode withoutNulls(JsonNode node) {
    JsonNode copy = node.deepCopy();
    removeNulls(copy);
    return copy;
  }

  private static void removeNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.removeNulls();
    }
    node.forEach(CapturedMessagesTest::removeNulls);
  }
}
