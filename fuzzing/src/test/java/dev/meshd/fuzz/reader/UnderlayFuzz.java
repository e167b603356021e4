package dev.meshd.fuzz.reader;

import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.engine.EngineSettings;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.NetworkMap;
import dev.meshd.engine.NodeEngine;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import dev.meshd.magicsock.demux.DatagramDemux;
import dev.meshd.magicsock.disco.DiscoCodec;
import dev.meshd.magicsock.disco.DiscoMessage;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.magicsock.stun.StunTxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.SignalQueue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A whole node's underlay: datagrams over UDP and by relay, in any order, with time passing. Input:
 * steps of a byte, a byte and a piece; the first byte chooses
 *
 * <pre>
 * 0  a datagram over UDP, as it is                       1  a packet from the peer by relay, as it is
 * 2  a packet from a stranger by relay                   3  a disco message of the peer over UDP: the piece is the plaintext
 * 4  the same by relay                                   5  a disco envelope with the peer's key, box as it is
 * 6  time passes: the second byte, in units of 100 ms    7  the peer's handshake initiation by relay, changed by the piece
 * </pre>
 *
 * and the second byte is the last of the sender's address, 192.0.2.x.
 *
 * <p>Checked: how a datagram is told apart does not depend on where it lies; one datagram is
 * answered with a bounded number of bytes; who is not a peer gets no answer at all; deadlines never
 * lie in the past.
 */
public final class UnderlayFuzz implements FuzzBody {

  private static final int KINDS = 8;
  private static final int REGION = 1;
  private static final long TENTH_NS = 100_000_000L;

  /** One message may make us try every address it names, and not more. */
  private static final int MAX_SENT = 2 * 128 + 8;

  private final DerpMap relays =
      DerpMap.of(DerpRegion.of(REGION, "r", "r", DerpNode.of("1a", REGION, "r.example.org")));

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    Quiet out = new Quiet();
    NodePrivateKey peerKey = Fixed.nodeKey(2);
    DiscoPrivateKey peerDisco = Fixed.discoKey(2);
    long now = 1;
    try (NodeEngine node =
        new NodeEngine(
            new EngineSettings(Fixed.nodeKey(1), Fixed.discoKey(1), Fixed.wireGuard(1)),
            new SignalQueue(() -> {}),
            out)) {
      SealingPeer peer = new SealingPeer(peerDisco, node);
      node.onLocalAddresses(
          List.of(new LocalAddress("eth0", true, false, IpAddress.parse("192.0.2.200"), 24)),
          41641,
          now);
      node.onNetworkMap(
          new NetworkMap(
              List.of(IpPrefix.parse("100.64.0.1/32")),
              List.of(meshPeer(peerKey, peerDisco)),
              relays),
          now);
      node.onDerpConnected(REGION, now);
      for (int steps = 0; in.hasMore() && steps < 200; steps++) {
        int kind = in.u8() % KINDS;
        int detail = in.u8();
        Endpoint from = Endpoint.of(IpAddress.ofV4(0xC0000200 | detail), 41641);
        int before = out.sent.size();
        boolean stranger = false;
        switch (kind) {
          case 0 -> {
            byte[] datagram = in.piece();
            sortedAlike(datagram);
            node.onDatagram(from, datagram, now);
          }
          case 1 -> node.onDerpPacket(REGION, peerKey.publicKey(), in.piece(), now);
          case 2 -> {
            node.onDerpPacket(REGION, Fixed.nodeKey(3).publicKey(), in.piece(), now);
            stranger = true;
          }
          case 3 -> node.onDatagram(from, peer.sealed(in.piece()), now);
          case 4 -> node.onDerpPacket(REGION, peerKey.publicKey(), peer.sealed(in.piece()), now);
          case 5 -> {
            node.onDatagram(from, peer.envelope(in.piece()), now);
            stranger = true;
          }
          case 6 -> {
            now += detail * TENTH_NS;
            node.onDeadline(now);
          }
          default ->
              node.onDerpPacket(REGION, peerKey.publicKey(), initiation(node, in.piece()), now);
        }
        int sent = out.sent.size() - before;
        Expect.that(sent <= MAX_SENT, "one datagram made the node send " + sent);
        Expect.that(!stranger || sent == 0, "a stranger is answered");
        Expect.that(node.nextDeadlineNs() >= now, "a deadline lies in the past");
      }
    }
  }

  private static MeshPeer meshPeer(NodePrivateKey key, DiscoPrivateKey disco) {
    List<IpPrefix> addresses = List.of(IpPrefix.parse("100.64.0.2/32"));
    return new MeshPeer(
        2,
        key.publicKey(),
        disco.publicKey(),
        addresses,
        addresses,
        List.of(Endpoint.parse("192.0.2.2:41641")),
        REGION,
        false);
  }

  private static byte[] initiation(NodeEngine node, byte[] change) {
    byte[] genuine = GenuineHandshake.initiation(node.nodeKey(), Fixed.nodeKey(2));
    return GenuineHandshake.changed(genuine, change, node.nodeKey());
  }

  /** The receiver looks at native memory, the engine at an array: both must see the same. */
  private static void sortedAlike(byte[] datagram) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, datagram.length));
      MemorySegment.copy(datagram, 0, memory, ValueLayout.JAVA_BYTE, 0, datagram.length);
      Expect.same(
          DatagramDemux.classify(datagram),
          DatagramDemux.classify(memory, 0, datagram.length),
          "a datagram is sorted by its bytes alone");
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    TxId id = TxId.random(Fixed.random(5));
    byte[] ping =
        DiscoCodec.encode(new DiscoMessage.Ping(id, Optional.of(Fixed.nodeKey(2).publicKey()), 0));
    byte[] bare = DiscoCodec.encode(new DiscoMessage.Ping(id, Optional.empty(), 9));
    byte[] pong = DiscoCodec.encode(new DiscoMessage.Pong(id, Endpoint.parse("192.0.2.200:41641")));
    List<Endpoint> many = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      many.add(Endpoint.of(IpAddress.ofV4(0xCB007100 | i), 1000 + i));
    }
    byte[] call = DiscoCodec.encode(new DiscoMessage.CallMeMaybe(many));
    byte[] callOdd =
        DiscoCodec.encode(
            new DiscoMessage.CallMeMaybe(
                List.of(
                    Endpoint.parse("[ff02::1]:5"),
                    Endpoint.parse("[fe80::1]:5"),
                    Endpoint.parse("0.0.0.0:0"),
                    Endpoint.parse("127.3.3.40:1"),
                    Endpoint.parse("224.0.0.1:9"))));
    byte[][] messages = {ping, bare, pong, call, callOdd, {3, 0}, {3, 1, 0}, {1, 0}, {9, 9}, {}};
    String[] names = {
      "ping",
      "ping-bare",
      "pong",
      "call",
      "call-odd",
      "call-empty",
      "call-version",
      "short",
      "unknown",
      "none"
    };
    for (int i = 0; i < messages.length; i++) {
      seeds.add("udp-" + names[i], step(3, 7, messages[i]).done());
      seeds.add("relay-" + names[i], step(4, 7, messages[i]).done());
    }
    FuzzOutput twice = step(3, 7, ping);
    twice.u8(3).u8(7).piece(ping).u8(6).u8(50).u8(4).u8(1).piece(call).u8(6).u8(90);
    seeds.add("conversation", twice.done());
    seeds.add("envelope", step(5, 3, new byte[60]).done());
    seeds.add("envelope-short", step(5, 3, new byte[0]).done());
    seeds.add("handshake", step(7, 0, new byte[0]).done());
    seeds.add("handshake-changed", step(7, 0, new byte[] {0, 0, 0, 0, 1}).done());
    StunTxId stun = StunTxId.random(Fixed.random(6));
    seeds.add(
        "stun-answer", step(0, 9, StunCodec.response(stun, Endpoint.parse("1.2.3.4:5"))).done());
    seeds.add("stun-request", step(0, 9, StunCodec.request(stun)).done());
    seeds.add("geneve", step(0, 9, new byte[] {0, 0, 0x7a, 0x11, 0, 0, 1, 0, 0, 0}).done());
    seeds.add("geneve-wireguard", step(0, 9, new byte[] {0, 0, 0x7a, 0x12, 0, 0, 1, 0, 4}).done());
    seeds.add("relay-garbage", step(1, 0, new byte[40]).done());
    seeds.add("relay-stranger", step(2, 0, new byte[40]).done());
    for (int type = 0; type < 5; type++) {
      byte[] wireGuard = new byte[new int[] {4, 148, 92, 64, 32}[type]];
      wireGuard[0] = (byte) type;
      seeds.add("wireguard-" + type, step(0, 4, wireGuard).done());
    }
  }

  private static FuzzOutput step(int kind, int detail, byte[] piece) {
    return new FuzzOutput().u8(kind).u8(detail).piece(piece);
  }

  /** Seals what the fuzzer wants the peer to say. */
  private static final class SealingPeer {
    private final DiscoPrivateKey key;
    private final NodeEngine node;

    SealingPeer(DiscoPrivateKey key, NodeEngine node) {
      this.key = key;
      this.node = node;
    }

    byte[] sealed(byte[] plain) {
      byte[] nonce = new byte[24];
      Fixed.random(8).fill(nonce);
      try (var box = key.box(node.discoKey())) {
        return datagram(nonce, box.seal(nonce, plain));
      }
    }

    byte[] envelope(byte[] box) {
      return datagram(new byte[24], box);
    }

    private byte[] datagram(byte[] nonce, byte[] box) {
      byte[] magic = {0x54, 0x53, (byte) 0xF0, (byte) 0x9F, (byte) 0x92, (byte) 0xAC};
      return new FuzzOutput()
          .bytes(magic)
          .bytes(key.publicKey().bytes())
          .bytes(nonce)
          .bytes(box)
          .done();
    }
  }
}
