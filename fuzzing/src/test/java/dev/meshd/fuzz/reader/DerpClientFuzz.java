package dev.meshd.fuzz.reader;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.codec.ClientSession;
import dev.meshd.derp.codec.ClientSessionOutput;
import dev.meshd.derp.codec.DerpLimits;
import dev.meshd.derp.codec.FrameEncoder;
import dev.meshd.derp.codec.FrameType;
import dev.meshd.derp.codec.LoginCodec;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import dev.meshd.derp.codec.SessionFailure;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A relay's client, fed by a lying relay. Input: a byte of flags, a byte how many bytes come at a
 * time, then what the relay sends.
 *
 * <pre>
 * bit 0  the login is genuine and comes first
 * bit 1  fast start: the relay's key is known
 * bit 2  the rest is the JSON of the server info, sealed by the relay
 * </pre>
 *
 * <p>Checked: the cutting of the stream changes nothing; nothing is said after a failure; a packet
 * is no longer than a frame may be; for each ping at most one pong is written.
 */
public final class DerpClientFuzz implements FuzzBody {

  private static final int LOGGED_IN = 1;
  private static final int FAST_START = 2;
  private static final int SEALED_INFO = 4;

  private final NodePrivateKey server = Fixed.nodeKey(1);
  private final NodePrivateKey client = Fixed.nodeKey(2);

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int flags = in.u8();
    int step = in.u8() + 1;
    byte[] wire = wire(flags, in.rest());
    boolean fast = (flags & FAST_START) != 0;
    List<String> whole = feed(wire, fast, Integer.MAX_VALUE);
    Expect.same(whole, feed(wire, fast, step), "cutting the stream changes nothing");
  }

  private byte[] wire(int flags, byte[] rest) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    boolean sealed = (flags & SEALED_INFO) != 0;
    if ((flags & LOGGED_IN) != 0 || sealed) {
      if ((flags & FAST_START) == 0) {
        wire.writeBytes(LoginCodec.serverKey(server.publicKey()));
      }
      wire.writeBytes(
          sealed
              ? FrameEncoder.frame(FrameType.SERVER_INFO, seal(rest))
              : LoginCodec.serverInfo(
                  server, client.publicKey(), ServerInfo.unlimited(), Fixed.random(3)));
    }
    if (!sealed) {
      wire.writeBytes(rest);
    }
    return wire.toByteArray();
  }

  private byte[] seal(byte[] json) {
    byte[] nonce = new byte[24];
    try (var box = server.box(client.publicKey())) {
      byte[] sealed = box.seal(nonce, json);
      byte[] payload = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, payload, nonce.length, sealed.length);
      return payload;
    }
  }

  private List<String> feed(byte[] wire, boolean fast, int step) {
    Events events = new Events();
    ClientSession session =
        fast
            ? ClientSession.fastStart(client, server.publicKey(), Fixed.random(4), events, 0)
            : ClientSession.awaitServerKey(client, Fixed.random(4), events, 0);
    for (int at = 0; at < wire.length; at += Math.min(step, wire.length - at)) {
      session.onBytes(ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at)), 0);
    }
    Expect.that(session.nextDeadlineNs() > 0, "there is a deadline");
    session.maySend(1000, 0);
    return events.seen;
  }

  /** What the session said, and that it says nothing after it has failed. */
  private static final class Events implements ClientSessionOutput {
    private final List<String> seen = new ArrayList<>();
    private boolean failed;

    private void note(String event) {
      Expect.that(!failed, "nothing is said after a failure, but " + event);
      seen.add(event);
    }

    @Override
    public void write(byte[] frame) {
      note("write " + HexFormat.of().formatHex(frame));
    }

    @Override
    public void onLoginSent() {
      note("login sent");
    }

    @Override
    public void onAdmitted(ServerInfo info) {
      note("admitted " + info);
    }

    @Override
    public void onPacket(NodeKey source, byte[] packet) {
      Expect.that(packet.length <= DerpLimits.MAX_FRAME_TO_CLIENT, "a packet fits into a frame");
      note("packet " + source + Arrays.hashCode(packet));
    }

    @Override
    public void onPeerGone(NodeKey peer, PeerGoneReason reason) {
      note("gone " + peer + reason);
    }

    @Override
    public void onPong(long data) {
      note("pong " + data);
    }

    @Override
    public void onHealth(String problem) {
      note("health " + problem);
    }

    @Override
    public void onFailed(SessionFailure failure) {
      note("failed " + failure);
      failed = true;
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    NodeKey peer = Fixed.nodeKey(3).publicKey();
    byte[] packet =
        FrameEncoder.frame(FrameType.RECV_PACKET, peer.bytes(), new byte[] {1, 2, 3, 4});
    seeds.add("server-key", frames(0, 255, LoginCodec.serverKey(server.publicKey())));
    seeds.add("server-key-by-byte", frames(0, 0, LoginCodec.serverKey(server.publicKey())));
    seeds.add(
        "wrong-magic", frames(0, 255, FrameEncoder.frame(FrameType.SERVER_KEY, new byte[40])));
    seeds.add("nothing-but-a-header", frames(0, 255, new byte[] {1, 0, 0, 4, 1}));
    seeds.add("login-then-packet", frames(1, 255, packet));
    seeds.add("login-then-packet-cut", frames(1, 6, packet));
    seeds.add("fast-then-packet", frames(3, 255, packet));
    seeds.add("ping", frames(1, 255, FrameEncoder.echo(FrameType.PING, 7)));
    seeds.add("pong", frames(1, 255, FrameEncoder.echo(FrameType.PONG, 7)));
    seeds.add("keep-alive", frames(1, 255, FrameEncoder.keepAlive()));
    seeds.add("gone", frames(1, 255, FrameEncoder.peerGone(peer, PeerGoneReason.NOT_HERE)));
    seeds.add("gone-old", frames(1, 9, FrameEncoder.frame(FrameType.PEER_GONE, peer.bytes())));
    seeds.add(
        "health", frames(1, 9, FrameEncoder.frame(FrameType.HEALTH, new byte[] {(byte) 0xff})));
    seeds.add("restarting", frames(1, 9, FrameEncoder.frame(FrameType.RESTARTING, new byte[8])));
    seeds.add("oversized", frames(1, 9, new byte[] {5, 0, 16, 0, 1, 0, 0}));
    seeds.add("endless-skipped", frames(1, 9, new byte[] {99, 0, 15, -1, -1, 0, 0}));
    seeds.add(
        "short-packet", frames(1, 9, FrameEncoder.frame(FrameType.RECV_PACKET, new byte[31])));
    seeds.add("second-login", frames(3, 9, LoginCodec.serverKey(peer)));
    String[] infos = {
      "{\"version\":2}",
      "{\"version\":2,\"TokenBucketBytesPerSecond\":1,\"TokenBucketBytesBurst\":1}",
      "{\"TokenBucketBytesPerSecond\":2147483647,\"TokenBucketBytesBurst\":-1}",
      "{\"TokenBucketBytesPerSecond\":1e99}",
      "null",
      "[]"
    };
    for (int i = 0; i < infos.length; i++) {
      seeds.add("info-" + i, new FuzzOutput().u8(4).u8(40).text(infos[i]).done());
    }
  }

  private static byte[] frames(int flags, int step, byte[]... frames) {
    FuzzOutput out = new FuzzOutput().u8(flags).u8(step);
    for (byte[] frame : frames) {
      out.bytes(frame);
    }
    return out.done();
  }
}
