package dev.meshd.coordinator.web;

import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.WireException;
import dev.meshd.control.noise.InitiatorHandshake;
import dev.meshd.control.noise.NoiseException;
import dev.meshd.control.noise.NoiseSession;
import dev.meshd.control.transport.ControlExchange;
import dev.meshd.control.transport.NoiseUpgradeServer;
import dev.meshd.coordinator.gate.ConnectionGate;
import dev.meshd.coordinator.gate.GateLimits;
import dev.meshd.coordinator.registry.IpAllocator;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.RegistrationView;
import dev.meshd.coordinator.storage.Database;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The control port as a stranger meets it: HTTP/1.1, the upgrade, and behind it HTTP/2 in Noise
 * records, which anybody with any machine key gets to. Input: a byte of flags, then what is sent.
 *
 * <pre>
 * bit 0  a genuine upgrade comes first, and what is sent is sealed into records
 * bit 1  the HTTP/2 preface and empty settings come before the rest
 * bit 2  what is sent comes in two halves
 * </pre>
 *
 * <p>Checked: no exception reaches the end of the pipeline; no page takes a device's name for
 * markup; what is answered stays in proportion to what was asked.
 */
public final class ControlPortFuzz implements FuzzBody {

  private static final int UPGRADED = 1;
  private static final int PREFACED = 2;
  private static final int HALVES = 4;

  private static final int MAX_FIXED_ANSWER = 16_384;

  /** A short request for a page costs the whole page; HTTP/2 answers every frame. */
  private static final int MAX_ANSWER_PER_BYTE = 64;

  private static final int VERSION = 131;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  private final MachinePrivateKey server = Fixed.machineKey(1);
  private final MachinePrivateKey client = Fixed.machineKey(2);
  private final NodeRegistry nodes;

  public ControlPortFuzz() {
    try {
      Path directory = Files.createTempDirectory("meshd-fuzz");
      directory.toFile().deleteOnExit();
      for (String name : List.of("db", "db-wal", "db-shm")) {
        directory.resolve(name).toFile().deleteOnExit();
      }
      nodes =
          new NodeRegistry(
              Database.open(directory.resolve("db")),
              new IpAllocator(Optional.empty(), Optional.empty()),
              InstantSource.fixed(Fixed.NOW));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    int flags = in.u8();
    byte[] rest = in.rest();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new LocalServerChannel(), // Netty's HTTP/2 asks on which side it is
            DefaultChannelId.newInstance(),
            true,
            false,
            new HttpServerCodec(),
            new HttpObjectAggregator(FrontDoor.MAX_BODY_BYTES),
            new FrontDoor(services()));
    try {
      byte[] sent =
          (flags & UPGRADED) == 0 ? rest : upgraded(channel, (flags & PREFACED) != 0, rest);
      int half = (flags & HALVES) == 0 ? sent.length : sent.length / 2;
      channel.writeInbound(Unpooled.copiedBuffer(sent, 0, half));
      if (channel.isOpen() && half < sent.length) {
        channel.writeInbound(Unpooled.copiedBuffer(sent, half, sent.length - half));
      }
      channel.runPendingTasks();
      channel.checkException();
      byte[] answer = outbound(channel);
      int answered = answer.length;
      Expect.that(
          !new String(answer, StandardCharsets.ISO_8859_1).contains("<script"),
          "a page shows a device's name as markup");
      Expect.that(
          answered <= MAX_FIXED_ANSWER + MAX_ANSWER_PER_BYTE * input.length,
          "an answer of " + answered + " bytes to " + input.length);
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private FrontDoor.Services services() {
    return new FrontDoor.Services(
        server.publicKey(),
        new NoiseUpgradeServer(server, Fixed.random(9), ControlPortFuzz::answer),
        nodes,
        id -> CompletableFuture.completedFuture(waiting(id)),
        InstantSource.fixed(Fixed.NOW),
        () -> true,
        Runnable::run,
        new ConnectionGate(GateLimits.standard(1L << 28, 1000)),
        new WebStats());
  }

  /** A device whose own account of itself is meant for the page of another. */
  private static RegistrationView waiting(String id) {
    return new RegistrationView.Waiting(
        id,
        "<script>alert(1)</script>",
        "linux <b>",
        "1&2",
        "192.0.2.1:5",
        Fixed.nodeKey(2).publicKey(),
        Fixed.NOW.plusSeconds(60),
        RegistrationView.Users.SEVERAL);
  }

  /** Does with a request what the server does before it looks anything up. */
  private static void answer(ControlExchange exchange) {
    try {
      if (exchange.path().endsWith("register")) {
        exchange.decodeBody(RegisterRequest.class);
      } else {
        exchange.decodeBody(MapRequest.class);
      }
      exchange.respondText(200, "taken");
    } catch (WireException e) {
      exchange.respondText(400, "bad request");
    }
  }

  private byte[] upgraded(EmbeddedChannel channel, boolean preface, byte[] rest)
      throws NoiseException {
    InitiatorHandshake handshake =
        InitiatorHandshake.start(client, server.publicKey(), VERSION, Fixed.random(7));
    String request = upgrade(handshake.initiation());
    channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
    byte[] answer = outbound(channel);
    int body = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    NoiseSession session =
        handshake.onBytes(ByteBuffer.wrap(answer, body, answer.length - body)).orElseThrow();
    FuzzOutput plain = new FuzzOutput();
    if (preface) {
      plain.text(PREFACE).bytes(SETTINGS);
    }
    ByteBuffer toSeal = ByteBuffer.wrap(plain.bytes(rest).done());
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    while (toSeal.hasRemaining()) {
      sealed.writeBytes(session.writer().write(toSeal));
    }
    return sealed.toByteArray();
  }

  private static String upgrade(byte[] initiation) {
    return "POST /ts2021 HTTP/1.1\r\nUpgrade: tailscale-control-protocol\r\nConnection: upgrade\r\n"
        + "X-Tailscale-Handshake: "
        + Base64.getEncoder().encodeToString(initiation)
        + "\r\nContent-Length: 0\r\n\r\n";
  }

  private static byte[] outbound(EmbeddedChannel channel) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      buffer.release();
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    String[] requests = {
      "GET /key?v=131 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /key HTTP/1.1\r\n\r\n",
      "GET /key?v=x&v=%zz HTTP/1.0\r\n\r\n",
      "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",
      "GET /register/mkreg-0123456789abcdef01234567 HTTP/1.1\r\n\r\n",
      "GET /register/%3Cscript%3E HTTP/1.1\r\n\r\n",
      "GET /%zz HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\nGET /robots.txt HTTP/1.1\r\n\r\n",
      "POST /verify HTTP/1.1\r\nContent-Length: 16\r\n\r\n{\"NodePublic\":1}",
      "POST /verify HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      "POST /verify HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
      "POST /verify HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "POST /verify HTTP/1.1\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n",
      "POST /ts2021 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
      "POST /ts2021 HTTP/1.1\r\nUpgrade: tailscale-control-protocol\r\n\r\n",
      "POST /ts2021 HTTP/1.1\r\nUpgrade: tailscale-control-protocol\r\nX-Tailscale-Handshake: !\r\n\r\n",
      upgrade(new byte[3]),
      upgrade(new byte[101]),
      PREFACE,
      "GARBAGE\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n"
    };
    for (int i = 0; i < requests.length; i++) {
      byte[] input = new FuzzOutput().u8(i % 2 * HALVES).text(requests[i]).done();
      seeds.add("http-%02d".formatted(i), input);
    }
    byte[][] frames = {
      {},
      {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8},
      {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1},
      {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1},
      {0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8},
      {0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      {-1, -1, -1, 0, 0, 0, 0, 0, 1, 0},
      {0, 0, 5, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 16},
      {0, 0, 1, 9, 4, 0, 0, 0, 1, 0},
      request("GET", "/machine/map", ""),
      request("POST", "/machine/map", "{\"Version\":131}"),
      request("POST", "/machine/register", "{\"Version\":131,\"Hostinfo\":{}}"),
      request("POST", "/%zz", "{"),
      request("POST", "/machine/map?x=%e2", "x".repeat(3000))
    };
    for (int i = 0; i < frames.length; i++) {
      byte[] input = new FuzzOutput().u8(UPGRADED | PREFACED).bytes(frames[i]).done();
      seeds.add("http2-%02d".formatted(i), input);
    }
    seeds.add("http2-without-preface", new FuzzOutput().u8(UPGRADED).bytes(frames[1]).done());
    FuzzOutput two = new FuzzOutput().u8(UPGRADED | PREFACED | HALVES);
    seeds.add("http2-stream-twice", two.bytes(frames[11]).bytes(frames[12]).done());
  }

  /** HEADERS whose block is not compressed, then DATA. */
  private static byte[] request(String method, String path, String body) {
    FuzzOutput block = new FuzzOutput();
    literal(block, ":method", method);
    literal(block, ":scheme", "http");
    literal(block, ":path", path);
    literal(block, ":authority", "x");
    int endHeaders = 4;
    int endStream = 1;
    return new FuzzOutput()
        .bytes(frame(1, endHeaders, block.done()))
        .bytes(frame(0, endStream, body.getBytes(StandardCharsets.US_ASCII)))
        .done();
  }

  private static void literal(FuzzOutput block, String name, String value) {
    block.u8(0).u8(name.length()).text(name).u8(value.length()).text(value);
  }

  private static byte[] frame(int type, int flags, byte[] payload) {
    FuzzOutput frame = new FuzzOutput().u8(0).u16(payload.length).u8(type).u8(flags);
    return frame.u16(0).u16(1).bytes(payload).done();
  }
}
