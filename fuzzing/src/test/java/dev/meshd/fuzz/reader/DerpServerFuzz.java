package dev.meshd.fuzz.reader;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.codec.ClientInfo;
import dev.meshd.derp.codec.DerpLimits;
import dev.meshd.derp.codec.FrameEncoder;
import dev.meshd.derp.codec.FrameType;
import dev.meshd.derp.codec.LoginCodec;
import dev.meshd.derp.codec.ServerSession;
import dev.meshd.derp.codec.ServerSessionOutput;
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
 * A relay's server, fed by a client. Input: a byte of flags, a byte how many bytes come at a time,
 * then what the client sends.
 *
 * <pre>
 * bit 0  the login is genuine and comes first
 * bit 2  the rest is the JSON of the client info, sealed by the client
 * </pre>
 *
 * <p>Checked: the cutting of the stream changes nothing; nothing is said after a failure; a client
 * is believed only with its own key; a packet is no longer than the limit.
 */
public final class DerpServerFuzz implements FuzzBody {

  private static final int LOGGED_IN = 1;
  private static final int SEALED_INFO = 4;

  private final NodePrivateKey server = Fixed.nodeKey(1);
  private final NodePrivateKey client = Fixed.nodeKey(2);

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int flags = in.u8();
    int step = in.u8() + 1;
    byte[] wire = wire(flags, in.rest());
    Expect.same(
        feed(wire, Integer.MAX_VALUE), feed(wire, step), "cutting the stream changes nothing");
  }

  private byte[] wire(int flags, byte[] rest) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    if ((flags & SEALED_INFO) != 0) {
      wire.writeBytes(
          FrameEncoder.frame(FrameType.CLIENT_INFO, client.publicKey().bytes(), seal(rest)));
    } else {
      if ((flags & LOGGED_IN) != 0) {
        wire.writeBytes(
            LoginCodec.clientInfo(client, server.publicKey(), ClientInfo.node(), Fixed.random(3)));
      }
      wire.writeBytes(rest);
    }
    return wire.toByteArray();
  }

  private byte[] seal(byte[] json) {
    byte[] nonce = new byte[24];
    try (var box = client.box(server.publicKey())) {
      byte[] sealed = box.seal(nonce, json);
      byte[] payload = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, payload, nonce.length, sealed.length);
      return payload;
    }
  }

  private List<String> feed(byte[] wire, int step) {
    Events events = new Events();
    ServerSession session =
        new ServerSession(server, Fixed.random(4), JitterSource.seeded(1), events);
    events.session = session;
    session.start(0);
    for (int at = 0; at < wire.length; at += Math.min(step, wire.length - at)) {
      session.onBytes(ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at)), 0);
    }
    session
        .client()
        .ifPresent(key -> Expect.same(client.publicKey(), key, "a client has proved its key"));
    return events.seen;
  }

  private static final class Events implements ServerSessionOutput {
    private final List<String> seen = new ArrayList<>();
    private ServerSession session;
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
    public void onLogin(NodeKey key, ClientInfo info) {
      note("login " + key + info);
      session.admit();
    }

    @Override
    public void onFrameHeard() {
      // Any number of times: it only says that the client lives.
    }

    @Override
    public void onSendPacket(ByteBuffer payload) {
      Expect.that(payload.remaining() >= DerpLimits.KEY_LENGTH, "a packet has a destination");
      Expect.that(
          payload.remaining() <= DerpLimits.KEY_LENGTH + DerpLimits.MAX_PACKET, "a packet fits");
      byte[] bytes = new byte[payload.remaining()];
      payload.get(bytes);
      note("send " + Arrays.hashCode(bytes));
    }

    @Override
    public void onPreferred(boolean preferred) {
      note("preferred " + preferred);
    }

    @Override
    public void onPing(long data) {
      note("ping " + data);
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
    byte[] packet = FrameEncoder.sendPacket(peer, new byte[] {1, 2, 3, 4});
    seeds.add("login", frame(1, 255, new byte[0]));
    seeds.add("login-by-byte", frame(1, 0, new byte[0]));
    seeds.add("packet", frame(1, 255, packet));
    seeds.add("packet-cut", frame(1, 3, packet));
    seeds.add("packet-empty", frame(1, 3, FrameEncoder.sendPacket(peer, new byte[0])));
    seeds.add("packet-short", frame(1, 3, FrameEncoder.frame(FrameType.SEND_PACKET, new byte[31])));
    seeds.add("packet-too-long", frame(1, 3, new byte[] {4, 0, 1, 0, 33, 0}));
    seeds.add("preferred", frame(1, 3, FrameEncoder.notePreferred(true)));
    seeds.add(
        "preferred-long", frame(1, 3, FrameEncoder.frame(FrameType.NOTE_PREFERRED, new byte[2])));
    seeds.add("ping", frame(1, 3, FrameEncoder.echo(FrameType.PING, 5)));
    seeds.add("ping-long", frame(1, 3, FrameEncoder.frame(FrameType.PING, new byte[1000])));
    seeds.add("ping-too-long", frame(1, 3, FrameEncoder.frame(FrameType.PING, new byte[1001])));
    seeds.add("watch", frame(1, 3, FrameEncoder.frame(FrameType.WATCH_CONNS)));
    seeds.add("forward", frame(1, 3, FrameEncoder.frame(FrameType.FORWARD_PACKET, new byte[70])));
    seeds.add("close-peer", frame(1, 3, FrameEncoder.frame(FrameType.CLOSE_PEER, peer.bytes())));
    seeds.add("unknown-then-packet", frame(1, 3, FrameEncoder.frame(FrameType.HEALTH, packet)));
    seeds.add("endless-skipped", frame(1, 3, new byte[] {99, -1, -1, -1, -1, 0, 0}));
    seeds.add("no-login", frame(0, 3, packet));
    seeds.add("login-too-long", frame(0, 3, new byte[] {2, 0, 4, 0, 1, 0}));
    seeds.add(
        "login-zero-key", frame(0, 90, FrameEncoder.frame(FrameType.CLIENT_INFO, new byte[100])));
    String[] infos = {
      "{\"version\":2,\"CanAckPings\":true}",
      "{\"Version\":0}",
      "{\"meshKey\":\"00\",\"IsProber\":true}",
      "{\"meshKey\":5}",
      "null",
      "{\"version\":99999999999}"
    };
    for (int i = 0; i < infos.length; i++) {
      seeds.add(
          "info-" + i,
          frame(SEALED_INFO, 40, infos[i].getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
  }

  private static byte[] frame(int flags, int step, byte[] frame) {
    return new FuzzOutput().u8(flags).u8(step).bytes(frame).done();
  }
}
