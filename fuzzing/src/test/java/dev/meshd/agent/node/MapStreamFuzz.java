package dev.meshd.agent.node;

import dev.meshd.agent.localapi.Prefs;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.MapEvent;
import dev.meshd.control.session.MapProtocolException;
import dev.meshd.control.session.MapSession;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.engine.EngineSettings;
import dev.meshd.engine.NetworkMap;
import dev.meshd.engine.NodeEngine;
import dev.meshd.engine.filter.RuleFilter;
import dev.meshd.fuzz.Captured;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import dev.meshd.fuzz.reader.Quiet;
import dev.meshd.wireguard.SignalQueue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A map stream of a hostile server, as far as the engine. Input: parts of a byte and a piece; the
 * byte chooses
 *
 * <pre>
 * 0  the piece is the JSON of a message: compressed and framed
 * 1  the piece is a compressed message: framed
 * 2  the piece goes into the stream as it is
 * </pre>
 *
 * <p>Checked: a message is refused in the documented way or taken; a map that was taken becomes an
 * engine's map, a filter and an interface, and means the same after it was kept and read again.
 */
public final class MapStreamFuzz implements FuzzBody {

  private static final int MAX_BYTES = 1 << 20;
  private static final int KINDS = 3;

  @Override
  public void run(byte[] input) throws Exception {
    InputStream stream = stream(new FuzzInput(input));
    MapSession session = new MapSession();
    try (NodeEngine engine =
        new NodeEngine(
            new EngineSettings(Fixed.nodeKey(1), disco(), Fixed.wireGuard(1)),
            new SignalQueue(() -> {}),
            new Quiet())) {
      while (true) {
        Optional<byte[]> frame = MapFrames.read(stream, MAX_BYTES);
        if (frame.isEmpty()) {
          return;
        }
        byte[] json = MapFrames.decompress(frame.get(), MAX_BYTES);
        MapResponse message = WireJson.decode(json, MapResponse.class);
        for (MapEvent event : session.onMessage(message, Fixed.NOW)) {
          if (event instanceof MapEvent.NetmapChanged changed) {
            apply(changed.netmap(), engine);
          }
        }
      }
    } catch (IOException | WireException | MapProtocolException refused) {
      Expect.that(refused.getMessage() != null, "a refusal says why");
    }
  }

  private static void apply(Netmap map, NodeEngine engine) throws Exception {
    Prefs prefs = Prefs.defaults();
    NetworkMap translated = MapTranslation.networkMap(map, prefs, Fixed.NOW);
    engine.onNetworkMap(translated, 1);
    new RuleFilter().update(MapTranslation.filter(map, prefs));
    MapTranslation.interfaceConfig(map, prefs, Fixed.NOW);
    byte[] kept = WireJson.encode(map.toMapResponse());
    Netmap again = Netmap.of(WireJson.decode(kept, MapResponse.class));
    Expect.same(
        translated, MapTranslation.networkMap(again, prefs, Fixed.NOW), "a kept map is the map");
  }

  private static DiscoPrivateKey disco() {
    return Fixed.discoKey(1);
  }

  private static InputStream stream(FuzzInput in) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    while (in.hasMore()) {
      int kind = in.u8() % KINDS;
      byte[] piece = in.piece();
      switch (kind) {
        case 0 -> wire.writeBytes(MapFrames.encode(piece, true));
        case 1 -> wire.writeBytes(MapFrames.encode(piece, false));
        default -> wire.writeBytes(piece);
      }
    }
    return new ByteArrayInputStream(wire.toByteArray());
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    List<String> captured = Captured.messages("map-responses-node1.jsonl");
    String first =
        captured.stream().filter(it -> it.contains("PacketFilter")).findFirst().orElse("{}");
    String self =
        "{\"Node\":{\"ID\":1,\"Key\":\"nodekey:"
            + "0a".repeat(32)
            + "\",\"Addresses\":[\"100.64.0.1/32\"]}";
    FuzzOutput whole = new FuzzOutput();
    int number = 0;
    for (String message : captured) {
      whole.u8(0).piece(bytes(message));
      seeds.add("captured-%02d".formatted(number++), part(0, bytes(message)));
    }
    seeds.add("captured-stream", whole.done());
    String peer =
        "{\"ID\":2,\"Key\":\"nodekey:"
            + "0b".repeat(32)
            + "\",\"Addresses\":[\"100.64.0.2/32\"],\"AllowedIPs\":[\"100.64.0.2/32\",\"0.0.0.0/0\"],\"Endpoints\":[\"192.0.2.1:1\"],\"HomeDERP\":1}";
    String[] seconds = {
      "{\"PeersChanged\":[" + peer + "]}",
      "{\"Peers\":[" + peer + "," + peer + "]}",
      "{\"PeersRemoved\":[2]}",
      "{\"PeersChangedPatch\":[{\"NodeID\":2,\"Endpoints\":[],\"DERPRegion\":-1,\"Key\":\"nodekey:"
          + "0a".repeat(32)
          + "\"}]}",
      "{\"PeerSeenChange\":{\"2\":true,\"x\":false}}",
      "{\"OnlineChange\":{\"2\":null}}",
      "{\"PacketFilters\":{\"*\":null,\"base\":[{\"SrcIPs\":[\"*\"],\"DstPorts\":[{\"IP\":\"*\",\"Ports\":{\"First\":0,\"Last\":65535}}]}]}}",
      "{\"PacketFilter\":[{\"SrcIPs\":[\"10.0.0.0-10.0.0.9\",\"x\"],\"SrcBits\":[8],\"DstPorts\":[{\"IP\":\"1.2.3.4\",\"Bits\":8,\"Ports\":{\"First\":9,\"Last\":1}}],\"IPProto\":[6,-1,300]}]}",
      "{\"PacketFilter\":[{\"SrcIPs\":null,\"DstPorts\":[{\"IP\":\"\",\"Ports\":null}]}]}",
      "{\"DERPMap\":{\"Regions\":{\"70000\":{\"RegionID\":70000},\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"\"},{\"HostName\":\"h\",\"STUNPort\":-1,\"DERPPort\":99999,\"IPv4\":\"none\"}]}}}}",
      "{\"DNSConfig\":{\"Resolvers\":[{\"Addr\":\"x\"}],\"Routes\":{\"a.\":null}}}",
      "{\"Debug\":{\"SleepSeconds\":1e300}}",
      "{\"PingRequest\":{\"URL\":\"http://x\",\"Types\":\"disco\",\"IP\":\"100.64.0.2\"}}",
      "{\"ControlTime\":\"9999-01-01T00:00:00Z\"}",
      "{\"KeepAlive\":true}"
    };
    for (int i = 0; i < seconds.length; i++) {
      FuzzOutput stream = new FuzzOutput().u8(0).piece(bytes(self + ",\"Peers\":[" + peer + "]}"));
      seeds.add("then-%02d".formatted(i), stream.u8(0).piece(bytes(seconds[i])).done());
    }
    seeds.add("first-only", part(0, bytes(first)));
    seeds.add("not-zstd", part(1, bytes(first)));
    byte[] frame = MapFrames.encode(bytes(self + "}"), true);
    seeds.add("frame", part(2, frame));
    seeds.add("frame-cut", part(2, java.util.Arrays.copyOf(frame, frame.length - 1)));
    seeds.add("announces-too-much", part(2, new byte[] {-1, -1, -1, 0x7f, 0}));
    seeds.add("announces-nothing", part(2, new byte[4]));
    seeds.add(
        "window-of-2-gib",
        part(1, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xa8, 1, 0, 0}));
    seeds.add(
        "bomb",
        part(1, java.util.Arrays.copyOfRange(MapFrames.encode(new byte[1 << 21], true), 4, 300)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static byte[] part(int kind, byte[] piece) {
    return new FuzzOutput().u8(kind).piece(piece).done();
  }
}
