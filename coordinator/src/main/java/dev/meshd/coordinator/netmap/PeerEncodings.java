package dev.meshd.coordinator.netmap;

import dev.meshd.coordinator.domain.NodeRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each node's JSON as others see it, made when somebody first needs it and kept until the node
 * changes. Since every viewer sees the same, a full map for one more viewer is put together without
 * encoding anything again. One entry per node. Owned by the coordinator loop.
 */
final class PeerEncodings {
  private static final Logger LOG = LoggerFactory.getLogger(PeerEncodings.class);

  private final Function<NodeRecord, byte[]> encoder;
  private final Map<Long, Encoded> byId = new HashMap<>();

  /** Valid for this very record, while its key is or is not expired as it was then. */
  private record Encoded(NodeRecord record, boolean expired, Optional<byte[]> json) {}

  PeerEncodings(Function<NodeRecord, byte[]> encoder) {
    this.encoder = encoder;
  }

  /** Empty for a record that cannot be shown: it must not cost others their map. */
  @SuppressWarnings("ReferenceEquality") // a changed node is another record
  Optional<byte[]> of(NodeRecord node, Instant now) {
    boolean expired = node.isExpired(now);
    Encoded known = byId.get(node.id());
    if (known != null && known.record() == node && known.expired() == expired) {
      return known.json();
    }
    Optional<byte[]> json = encode(node);
    byId.put(node.id(), new Encoded(node, expired, json));
    return json;
  }

  void forget(long id) {
    byId.remove(id);
  }

  private Optional<byte[]> encode(NodeRecord node) {
    try {
      return Optional.of(encoder.apply(node));
    } catch (RuntimeException e) {
      LOG.error("node {} is left out of maps, it cannot be shown", node.id(), e);
      return Optional.empty();
    }
  }
}
