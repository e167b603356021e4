package dev.meshd.bench.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decodes map messages so that descriptions of a peer with the same bytes become one object: a
 * thousand nodes hold a million peers, of which a thousand differ. What is decoded is what was
 * sent; only the second decoding of the same bytes is saved. Thread-safe.
 */
final class NodePool {
  private static final int MAX_ENTRIES = 50_000;

  /** By their bytes, as text of one byte a character. */
  private final ConcurrentHashMap<String, Node> nodes = new ConcurrentHashMap<>();

  /** Decodes a whole message. */
  MapResponse decode(byte[] json) throws WireException {
    List<Node> peers = new ArrayList<>();
    List<Node> changed = new ArrayList<>();
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    int copied = 0;
    try (JsonParser parser = WireJson.mapper().getFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY
            && (member.equals("Peers") || member.equals("PeersChanged"))) {
          rest.write(json, copied, offset(parser) + 1 - copied);
          readNodes(parser, json, member.equals("Peers") ? peers : changed);
          copied = offset(parser);
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new WireException("not a map message", e);
    }
    rest.write(json, copied, json.length - copied);
    return WireJson.decode(rest.toByteArray(), MapResponse.class).toBuilder()
        .peers(peers)
        .peersChanged(changed)
        .build();
  }

  private void readNodes(JsonParser parser, byte[] json, List<Node> into)
      throws IOException, WireException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      int from = offset(parser);
      parser.skipChildren();
      into.add(node(new String(json, from, offset(parser) + 1 - from, ISO_8859_1)));
    }
  }

  private Node node(String text) throws WireException {
    Node known = nodes.get(text);
    if (known != null) {
      return known;
    }
    if (nodes.size() > MAX_ENTRIES) {
      nodes.clear();
    }
    Node fresh = WireJson.decode(text.getBytes(ISO_8859_1), Node.class);
    Node first = nodes.putIfAbsent(text, fresh);
    return first == null ? fresh : first;
  }

  /** Where the current token begins. */
  private static int offset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }
}
