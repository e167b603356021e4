package dev.meshd.e2e.attack;

import static dev.meshd.e2e.attack.Verdicts.heldIf;
import static dev.meshd.e2e.attack.Verdicts.report;

import dev.meshd.crypto.MachineKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Faults at every layer of the control port, one after the other: {@code HOST PORT SERVERKEY}. Each
 * must end with its connection, or the stream, closed by the server.
 */
public final class ControlAbuse {
  private static final int SOON_MS = 5000;
  private static final byte[] JUNK = new byte[16_384];

  static {
    new Random(1).nextBytes(JUNK);
  }

  private final String host;
  private final int port;
  private final MachineKey server;

  private ControlAbuse(String host, int port, MachineKey server) {
    this.host = host;
    this.port = port;
    this.server = server;
  }

  public static void main(String[] args) {
    new ControlAbuse(args[0], Integer.parseInt(args[1]), MachineKey.parse(args[2])).run();
  }

  private void run() {
    report("random bytes for HTTP", () -> closed(http -> http.raw(JUNK)));
    report("endless header", () -> endless("GET / HTTP/1.1\r\nX: ", 16 << 20));
    report("endless request line", () -> endless("GET /", 16 << 20));
    report(
        "endless body",
        () ->
            endless(
                "POST /verify HTTP/1.1\r\nHost: m\r\nContent-Length: 9999999999\r\n\r\n",
                64 << 20));
    report(
        "endless chunks",
        () ->
            endlessChunks(
                "POST /verify HTTP/1.1\r\nHost: m\r\nTransfer-Encoding: chunked\r\n\r\n"));
    report("answers nobody reads", this::unreadAnswers);
    report(
        "upgrade with a short handshake",
        () ->
            closed(
                http ->
                    http.raw(
                        "POST /ts2021 HTTP/1.1\r\nHost: m\r\nUpgrade: tailscale-control-protocol\r\n"
                            + "X-Tailscale-Handshake: AAAA\r\n\r\n")));
    report("random bytes for Noise records", () -> inNoise(noise -> noise.raw(JUNK)));
    report(
        "oversized Noise record",
        () -> inNoise(noise -> noise.raw(new byte[] {4, (byte) 0xff, (byte) 0xff, 0})));
    report("random bytes for HTTP/2", () -> inNoise(noise -> noise.sealed(JUNK)));
    report("rapid reset", this::rapidReset);
    report("continuation flood", this::continuationFlood);
    report("header list of a megabyte", this::hugeHeaders);
    // More answers than the kernel's buffers of both ends can take.
    report(
        "pings whose answers nobody reads", () -> flood(HttpFrames.PING, new byte[8], 1_500_000));
    report("settings without end", () -> flood(HttpFrames.SETTINGS, new byte[6], 400_000));
    report("empty data frames", this::emptyData);
    report("sixty unfinished requests of a stranger", this::manyStreams);
    report("body of a megabyte", this::hugeBody);
    report("nested JSON", this::nestedJson);
  }

  /** Something done to a connection. */
  private interface Deed {
    void to(RawChannel channel) throws IOException;
  }

  private String closed(Deed deed) throws IOException {
    try (var channel = new RawChannel(host, port)) {
      deed.to(channel);
      return heldIf(channel.isClosedWithin(SOON_MS), "connection closed");
    }
  }

  private String inNoise(Deed deed) throws IOException {
    return closed(
        channel -> {
          channel.openNoise(server);
          deed.to(channel);
        });
  }

  private String endless(String start, int most) throws IOException {
    try (var channel = new RawChannel(host, port)) {
      channel.raw(start);
      byte[] filler = "a".repeat(16_384).getBytes(StandardCharsets.US_ASCII);
      int sent = 0;
      try {
        while (sent < most) {
          channel.raw(filler);
          sent += filler.length;
        }
      } catch (IOException e) {
        return heldIf(true, "connection closed after " + sent / 1024 + " KiB");
      }
      return heldIf(false, "all of " + sent / 1024 + " KiB was taken");
    }
  }

  private String endlessChunks(String start) throws IOException {
    return endless(start + "7fffffff\r\n", 64 << 20);
  }

  private String unreadAnswers() throws IOException {
    try (var channel = new RawChannel(host, port)) {
      byte[] requests =
          "GET /key?v=131 HTTP/1.1\r\nHost: m\r\n\r\n"
              .repeat(400)
              .getBytes(StandardCharsets.US_ASCII);
      int rounds = 0;
      try {
        for (; rounds < 2000; rounds++) {
          channel.raw(requests);
        }
      } catch (IOException e) {
        return heldIf(true, "connection closed after " + rounds * 400 + " requests");
      }
      return heldIf(false, "all requests were taken");
    }
  }

  private String inHttp2(Deed deed) throws IOException {
    try (var channel = new RawChannel(host, port)) {
      channel.openHttp2(server);
      try {
        deed.to(channel);
      } catch (IOException e) {
        return heldIf(true, "connection closed meanwhile");
      }
      return heldIf(channel.isClosedWithin(SOON_MS), "connection closed");
    }
  }

  private String rapidReset() throws IOException {
    byte[] block = HttpFrames.post("/machine/nothing");
    return inHttp2(
        channel -> {
          for (int i = 0; i < 5000; i++) {
            int stream = 2 * i + 1;
            channel.sealed(
                join(
                    HttpFrames.frame(HttpFrames.HEADERS, HttpFrames.END_HEADERS, stream, block),
                    HttpFrames.frame(HttpFrames.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8})));
          }
        });
  }

  private String continuationFlood() throws IOException {
    return inHttp2(
        channel -> {
          channel.sealed(
              HttpFrames.frame(HttpFrames.HEADERS, 0, 1, HttpFrames.post("/machine/map")));
          for (int i = 0; i < 10_000; i++) {
            channel.sealed(HttpFrames.frame(HttpFrames.CONTINUATION, 0, 1, new byte[0]));
          }
        });
  }

  private String hugeHeaders() throws IOException {
    var block = new ByteArrayOutputStream();
    block.writeBytes(HttpFrames.post("/machine/map"));
    for (int i = 0; i < 5; i++) {
      HttpFrames.literal(block, "x" + i, "a".repeat(3000));
    }
    byte[] large = block.toByteArray();
    return inHttp2(
        channel -> {
          for (int i = 0; i < 300; i++) {
            channel.sealed(
                HttpFrames.frame(
                    HttpFrames.HEADERS,
                    HttpFrames.END_HEADERS | HttpFrames.END_STREAM,
                    2 * i + 1,
                    large));
          }
        });
  }

  private String flood(int type, byte[] payload, int count) throws IOException {
    byte[] one = HttpFrames.frame(type, 0, 0, payload);
    var many = ByteBuffer.allocate(one.length * 200);
    while (many.hasRemaining()) {
      many.put(one);
    }
    return inHttp2(
        channel -> {
          for (int sent = 0; sent < count; sent += 200) {
            channel.sealed(many.array());
          }
        });
  }

  private String emptyData() throws IOException {
    return inHttp2(
        channel -> {
          channel.sealed(
              HttpFrames.frame(
                  HttpFrames.HEADERS, HttpFrames.END_HEADERS, 1, HttpFrames.post("/machine/map")));
          for (int i = 0; i < 1000; i++) {
            channel.sealed(HttpFrames.frame(HttpFrames.DATA, 0, 1, new byte[0]));
          }
        });
  }

  private String manyStreams() throws IOException {
    try (var channel = new RawChannel(host, port)) {
      channel.openHttp2(server);
      for (int i = 0; i < 60; i++) {
        channel.sealed(
            HttpFrames.frame(
                HttpFrames.HEADERS,
                HttpFrames.END_HEADERS,
                2 * i + 1,
                HttpFrames.post("/machine/register")));
      }
      int resets = channel.frames(HttpFrames.RST_STREAM, 1500);
      return heldIf(resets >= 50, resets + " of 60 streams were refused");
    }
  }

  private String hugeBody() throws IOException {
    try (var channel = new RawChannel(host, port)) {
      channel.openHttp2(server);
      channel.sealed(
          HttpFrames.frame(
              HttpFrames.HEADERS, HttpFrames.END_HEADERS, 1, HttpFrames.post("/machine/register")));
      // Four windows: the server gives more as it reads.
      int resets = 0;
      for (int i = 0; i < 5; i++) {
        for (int sent = 0; sent < 60_000; sent += 12_000) {
          channel.sealed(HttpFrames.frame(HttpFrames.DATA, 0, 1, new byte[12_000]));
        }
        resets += channel.frames(HttpFrames.RST_STREAM, 200);
      }
      if (resets == 0) {
        resets = channel.frames(HttpFrames.RST_STREAM, 3000);
      }
      // Who sends more than the window allows loses the connection, too.
      return resets >= 1
          ? heldIf(true, "the request was reset")
          : heldIf(channel.isClosedWithin(SOON_MS), "connection closed");
    } catch (SocketException e) {
      return heldIf(true, "connection closed meanwhile");
    }
  }

  private String nestedJson() throws IOException {
    try (var channel = new RawChannel(host, port)) {
      channel.openHttp2(server);
      channel.sealed(
          HttpFrames.frame(
              HttpFrames.HEADERS, HttpFrames.END_HEADERS, 1, HttpFrames.post("/machine/register")));
      byte[] nested =
          ("{\"Version\":131,\"Hostinfo\":" + "[".repeat(16_000))
              .getBytes(StandardCharsets.US_ASCII);
      channel.sealed(HttpFrames.frame(HttpFrames.DATA, HttpFrames.END_STREAM, 1, nested));
      int answers = channel.frames(HttpFrames.HEADERS, 1500);
      return heldIf(answers == 1, "answered, and the connection lives");
    }
  }

  private static byte[] join(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }
}
