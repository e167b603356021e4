package dev.meshd.bench.micro;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PeerChange;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.MapEvent;
import dev.meshd.control.session.MapProtocolException;
import dev.meshd.control.session.MapSession;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Whole maps on their way, and a patch folded into one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in
public class MapCodecBenchmark {
  private static final int MAX_BYTES = 64 << 20;

  @Param({"10", "1000"})
  public int peers;

  private final MapSession session = new MapSession();
  private MapResponse map;
  private byte[] json;
  private byte[] frame;
  private int round;

  @Setup(Level.Trial)
  public void prepare() throws MapProtocolException {
    List<Node> nodes = new ArrayList<>();
    for (int id = 2; id < peers + 2; id++) {
      nodes.add(node(id));
    }
    map = MapResponse.builder().node(node(1)).peers(nodes).build();
    json = WireJson.encode(map);
    frame = MapFrames.encode(json, true);
    session.onMessage(map, Instant.EPOCH);
  }

  private static Node node(int id) {
    IpPrefix address = IpPrefix.parse(IpAddress.ofV4(0x64400000 | id) + "/32");
    return Node.builder()
        .id(id)
        .stableId(Integer.toString(id))
        .name("node-" + id + ".mesh.internal.")
        .key(NodePrivateKey.generate().publicKey())
        .addresses(List.of(address))
        .allowedIps(List.of(address))
        .endpoints(
            List.of(Endpoint.parse("203.0.113.1:41641"), Endpoint.parse("192.168.1.2:41641")))
        .homeDerp(900)
        .hostinfo(Hostinfo.builder().os("linux").hostname("node-" + id).build())
        .online(true)
        .build();
  }

  @Benchmark
  public byte[] encode() {
    return WireJson.encode(map);
  }

  @Benchmark
  public byte[] compress() {
    return MapFrames.encode(json, true);
  }

  @Benchmark
  public byte[] decompress() throws IOException {
    byte[] payload = MapFrames.read(new ByteArrayInputStream(frame), MAX_BYTES).orElseThrow();
    return MapFrames.decompress(payload, MAX_BYTES);
  }

  @Benchmark
  public MapResponse decode() throws WireException {
    return WireJson.decode(json, MapResponse.class);
  }

  /** What one change of one peer costs a node. */
  @Benchmark
  public List<MapEvent> foldPatch() throws MapProtocolException {
    int port = 1024 + ++round % 60_000;
    PeerChange patch =
        PeerChange.builder()
            .nodeId(2)
            .endpoints(List.of(Endpoint.of(IpAddress.ofV4(0xcb007101), port)))
            .build();
    return session.onMessage(
        MapResponse.builder().peersChangedPatch(List.of(patch)).build(), Instant.EPOCH);
  }
}
