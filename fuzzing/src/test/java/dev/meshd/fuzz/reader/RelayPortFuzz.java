package dev.meshd.fuzz.reader;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.codec.ClientInfo;
import dev.meshd.derp.codec.FrameEncoder;
import dev.meshd.derp.codec.FrameType;
import dev.meshd.derp.codec.LoginCodec;
import dev.meshd.derp.server.Admission;
import dev.meshd.derp.server.DerpServer;
import dev.meshd.derp.server.DerpServerConfig;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * The relay's port as a stranger meets it: HTTP, the upgrade, and the relay protocol behind it.
 * Input: a byte of flags, then what is sent.
 *
 * <pre>
 * bit 0  a genuine upgrade comes first                   bit 1  and a genuine login
 * bit 2  what is sent comes in two halves
 * </pre>
 *
 * <p>Checked: no exception reaches the end of the pipeline; nothing leaks; the answer stays in
 * proportion; a connection that ended is not counted as a client any more.
 */
public final class RelayPortFuzz implements FuzzBody {

  private static final int UPGRADED = 1;
  private static final int LOGGED_IN = 2;
  private static final int HALVES = 4;
  private static final int MAX_FIXED_ANSWER = 4096;
  private static final int MAX_ANSWER_PER_BYTE = 64;
  private static final String UPGRADE =
      "GET /derp HTTP/1.1\r\nHost: x\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nDerp-Fast-Start: 1\r\n\r\n";

  private final NodePrivateKey key = Fixed.nodeKey(1);
  private final NodePrivateKey client = Fixed.nodeKey(2);
  private final DerpServer server = new DerpServer(DerpServerConfig.of(key, Admission.open()));

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int flags = in.u8();
    byte[] sent = sent(flags, in.rest());
    EmbeddedChannel channel = new EmbeddedChannel(new HttpServerCodec(), server.newHttpHandler());
    try {
      int half = (flags & HALVES) == 0 ? sent.length : sent.length / 2;
      channel.writeInbound(Unpooled.copiedBuffer(sent, 0, half));
      if (channel.isOpen() && half < sent.length) {
        channel.writeInbound(Unpooled.copiedBuffer(sent, half, sent.length - half));
      }
      channel.runPendingTasks();
      channel.checkException();
      int answered = drain(channel);
      Expect.that(
          answered <= MAX_FIXED_ANSWER + MAX_ANSWER_PER_BYTE * input.length,
          "an answer of " + answered + " bytes to " + input.length);
    } finally {
      channel.finishAndReleaseAll();
      Expect.that(!server.isConnected(client.publicKey()), "a client that left is not connected");
    }
  }

  private byte[] sent(int flags, byte[] rest) {
    FuzzOutput out = new FuzzOutput();
    if ((flags & (UPGRADED | LOGGED_IN)) != 0) {
      out.text(UPGRADE);
    }
    if ((flags & LOGGED_IN) != 0) {
      out.bytes(LoginCodec.clientInfo(client, key.publicKey(), ClientInfo.node(), Fixed.random(3)));
    }
    return out.bytes(rest).done();
  }

  private static int drain(EmbeddedChannel channel) {
    int bytes = 0;
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      bytes += out instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
      ReferenceCountUtil.release(out);
    }
    for (Object in = channel.readInbound(); in != null; in = channel.readInbound()) {
      ReferenceCountUtil.release(in); // what is not for the relay passes on
    }
    return bytes;
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    String[] requests = {
      "GET /derp HTTP/1.1\r\nUpgrade: DERP\r\n\r\n",
      UPGRADE,
      "GET /derp HTTP/1.1\r\n\r\n",
      "GET /derp HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
      "GET /derp HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: derp\r\n\r\n",
      "GET /derp/probe HTTP/1.1\r\n\r\n",
      "HEAD /derp/latency-check HTTP/1.1\r\nConnection: close\r\n\r\n",
      "POST /derp/probe HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
      "GET /generate_204 HTTP/1.1\r\nX-Tailscale-Challenge: ts_abc.def\r\n\r\n",
      "GET /generate_204?x HTTP/1.1\r\nX-Tailscale-Challenge: a b\r\n\r\n",
      "GET /bootstrap-dns HTTP/1.1\r\n\r\n",
      "GET /other HTTP/1.1\r\n\r\n",
      "POST /derp HTTP/1.1\r\nUpgrade: derp\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
      "\r\n\r\n",
      "GET\r\n\r\n"
    };
    for (int i = 0; i < requests.length; i++) {
      seeds.add(
          "http-%02d".formatted(i), new FuzzOutput().u8(i % 2 * HALVES).text(requests[i]).done());
    }
    byte[][] frames = {
      {},
      FrameEncoder.sendPacket(client.publicKey(), new byte[] {1, 2, 3}),
      FrameEncoder.sendPacket(Fixed.nodeKey(3).publicKey(), new byte[] {1, 2, 3}),
      FrameEncoder.echo(FrameType.PING, 3),
      FrameEncoder.frame(FrameType.PING, new byte[3]),
      FrameEncoder.notePreferred(true),
      FrameEncoder.frame(FrameType.WATCH_CONNS),
      FrameEncoder.frame(FrameType.HEALTH, new byte[99])
    };
    for (int i = 0; i < frames.length; i++) {
      seeds.add("relay-%02d".formatted(i), new FuzzOutput().u8(LOGGED_IN).bytes(frames[i]).done());
    }
    seeds.add("no-login", new FuzzOutput().u8(UPGRADED).bytes(frames[1]).done());
    seeds.add(
        "self-many",
        new FuzzOutput().u8(LOGGED_IN).bytes(frames[1]).bytes(frames[1]).bytes(frames[3]).done());
  }
}
