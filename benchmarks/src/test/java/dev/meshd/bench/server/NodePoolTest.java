package dev.meshd.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.crypto.NodePrivateKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodePoolTest {
  private final NodePool pool = new NodePool();

  @Test
  void decodesWhatTheClientWouldDecode() throws WireException {
    for (MapResponse message :
        List.of(
            MapResponse.KEEP_ALIVE,
            MapResponse.builder().node(node(1, "ä\"}]")).domain("ü[{").build(),
            MapResponse.builder()
                .node(node(1, "one"))
                .peers(List.of(node(2, "zwölf \\ [{"), node(3, "")))
                .domain("mesh.internal")
                .build(),
            MapResponse.builder()
                .peersChanged(List.of(node(2, "two")))
                .peersRemoved(List.of(3L))
                .build())) {
      byte[] json = WireJson.encode(message);
      assertThat(pool.decode(json)).isEqualTo(WireJson.decode(json, MapResponse.class));
    }
  }

  @Test
  void sameBytesBecomeTheSameObject() throws WireException {
    byte[] json = WireJson.encode(MapResponse.builder().peers(List.of(node(2, "two"))).build());
    assertThat(pool.decode(json).peers().getFirst()).isSameAs(pool.decode(json).peers().getFirst());
  }

  private static Node node(long id, String name) {
    return Node.builder()
        .id(id)
        .stableId(Long.toString(id))
        .name(name)
        .key(NodePrivateKey.generate().publicKey())
        .build();
  }
}
