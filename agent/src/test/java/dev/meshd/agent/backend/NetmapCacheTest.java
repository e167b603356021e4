package dev.meshd.agent.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.state.SealedFile;
import dev.meshd.agent.state.StateKey;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.IpPrefix;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetmapCacheTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path temp;

  private final NodeKey self = NodePrivateKey.generate().publicKey();
  private SealedFile file;
  private NetmapCache cache;

  @BeforeEach
  void open() {
    file = new SealedFile(temp.resolve("netmap.cache"), StateKey.generate());
    cache = new NetmapCache(file);
  }

  @Test
  void givesBackTheMapOfThisNodeKey() throws Exception {
    Netmap map = netmap();
    cache.save(map, NOON);
    NetmapCache.Cached kept = cache.load(self).orElseThrow();
    assertThat(kept.savedAt()).isEqualTo(NOON);
    assertThat(kept.netmap().toMapResponse()).isEqualTo(map.toMapResponse());
  }

  @Test
  void knowsNothingOfAnotherNodeKey() throws Exception {
    cache.save(netmap(), NOON);
    assertThat(cache.load(NodePrivateKey.generate().publicKey())).isEmpty();
  }

  @Test
  void anythingUnreadableCountsAsNone() throws Exception {
    assertThat(cache.load(self)).isEmpty();
    for (String content : List.of("", "{", "{}", "{\"savedAt\":\"noon\",\"map\":{}}", "[1]")) {
      file.write(content.getBytes(StandardCharsets.UTF_8));
      assertThat(cache.load(self)).as(content).isEmpty();
    }
  }

  @Test
  void forgets() throws Exception {
    cache.save(netmap(), NOON);
    cache.forget();
    assertThat(cache.load(self)).isEmpty();
    cache.forget();
  }

  private Netmap netmap() throws Exception {
    Node peer =
        Node.builder()
            .id(2)
            .stableId("n2")
            .name("peer.example.com.")
            .key(NodePrivateKey.generate().publicKey())
            .addresses(List.of(IpPrefix.parse("100.64.0.2/32")))
            .build();
    Node own =
        Node.builder()
            .id(1)
            .stableId("n1")
            .name("self.example.com.")
            .key(self)
            .addresses(List.of(IpPrefix.parse("100.64.0.1/32")))
            .build();
    return Netmap.of(
        MapResponse.builder().node(own).peers(List.of(peer)).domain("example.com").build());
  }
}
