package dev.meshd.agent.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.state.SealedFile;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.MapProtocolException;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.NodeKey;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last network map, kept encrypted so that a restart does not depend on the coordination
 * server. Content: {@code {"savedAt": RFC 3339, "map": MapResponse}}. A map that cannot be read, or
 * of another node key, counts as none.
 *
 * <p>Not thread-safe; calls may block on the disk.
 */
final class NetmapCache {
  private static final Logger log = LoggerFactory.getLogger(NetmapCache.class);

  private final SealedFile file;

  NetmapCache(SealedFile file) {
    this.file = file;
  }

  /** A kept map and when the server sent it. */
  record Cached(Netmap netmap, Instant savedAt) {}

  void save(Netmap netmap, Instant now) {
    try {
      ObjectNode content = WireJson.mapper().createObjectNode();
      content.put("savedAt", now.toString());
      content.set("map", WireJson.mapper().readTree(WireJson.encode(netmap.toMapResponse())));
      file.write(WireJson.mapper().writeValueAsBytes(content));
    } catch (IOException e) {
      log.warn("the network map could not be kept for the next start: {}", e.getMessage());
    }
  }

  Optional<Cached> load(NodeKey nodeKey) {
    try {
      Optional<byte[]> content = file.read();
      if (content.isEmpty()) {
        return Optional.empty();
      }
      JsonNode json = WireJson.mapper().readTree(content.get());
      byte[] map = WireJson.mapper().writeValueAsBytes(json.path("map"));
      Netmap netmap = Netmap.of(WireJson.decode(map, MapResponse.class));
      return netmap.self().key().equals(nodeKey)
          ? Optional.of(new Cached(netmap, Instant.parse(json.path("savedAt").asText())))
          : Optional.empty();
    } catch (IOException | WireException | MapProtocolException | DateTimeException e) {
      log.info("the kept network map cannot be used: {}", e.getMessage());
      return Optional.empty();
    }
  }

  void forget() {
    try {
      file.delete();
    } catch (IOException e) {
      log.warn("the kept network map could not be removed: {}", e.getMessage());
    }
  }
}
