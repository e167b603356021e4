package dev.meshd.e2e.attack;

import static dev.meshd.e2e.attack.Verdicts.heldIf;
import static dev.meshd.e2e.attack.Verdicts.report;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.codec.FrameEncoder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Faults at every layer of a relay's port, first by a stranger, then by a node of the network:
 * {@code HOST PORT URL AUTHKEY BYTESPERSECOND}.
 */
public final class RelayAbuse {
  private static final int SOON_MS = 5000;
  private static final int LOGIN_MS = 14_000;
  private static final byte CLIENT_INFO = 2;
  private static final byte SEND_PACKET = 4;
  private static final byte WATCH_CONNS = 0x10;
  private static final byte UNKNOWN = (byte) 0xEE;
  private static final byte[] JUNK = new byte[16_384];

  static {
    new Random(1).nextBytes(JUNK);
  }

  private final String host;
  private final int port;
  private final long bytesPerSecond;
  private final Enrolled node;
  private final Enrolled second;

  private RelayAbuse(String host, int port, long bytesPerSecond, Enrolled node, Enrolled second) {
    this.host = host;
    this.port = port;
    this.bytesPerSecond = bytesPerSecond;
    this.node = node;
    this.second = second;
  }

  public static void main(String[] args) throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (var node = new Enrolled(loops, args[2], Enrolled.serverKey(args[2]), "greedy");
        var second = new Enrolled(loops, args[2], Enrolled.serverKey(args[2]), "accomplice")) {
      node.join(args[3]);
      second.join(args[3]);
      new RelayAbuse(args[0], Integer.parseInt(args[1]), Long.parseLong(args[4]), node, second)
          .run();
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private void run() throws IOException {
    try (RawRelay silent = RawRelay.upgraded(host, port);
        RawRelay halfTls = RawRelay.tcp(host, port)) {
      halfTls.raw(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1});
      strangers();
      members();
      report(
          "relay connection without a login",
          () -> heldIf(silent.isClosedWithin(LOGIN_MS), "connection closed"));
      report(
          "TLS handshake that never goes on",
          () -> heldIf(halfTls.isClosedWithin(LOGIN_MS), "connection closed"));
    }
  }

  private void strangers() {
    report("random bytes for TLS", () -> closed(RawRelay.tcp(host, port), r -> r.raw(JUNK)));
    report("random bytes for HTTP", () -> closed(RawRelay.tls(host, port), r -> r.raw(JUNK)));
    report("endless header", this::endlessHeader);
    report("answers nobody reads", this::unreadAnswers);
    report("random bytes for a login", () -> beforeLogin(r -> r.raw(JUNK)));
    report("login of 17 KiB", () -> beforeLogin(r -> r.raw(header(CLIENT_INFO, 17 * 1024))));
    report(
        "endless unknown frame before the login",
        () -> beforeLogin(r -> r.raw(header(UNKNOWN, 0xffff_ffffL))));
    report(
        "login with a key the server does not know",
        () -> {
          try (RawRelay relay = RawRelay.upgraded(host, port)) {
            return heldIf(!relay.logIn(NodePrivateKey.generate()), "not admitted");
          }
        });
  }

  private void members() {
    report(
        "packet of 64 KiB and one byte",
        () -> asMember(r -> r.raw(header(SEND_PACKET, 32 + 65_537))));
    report("watches who comes and goes", () -> asMember(r -> r.raw(header(WATCH_CONNS, 0))));
    report("endless unknown frame", this::endlessFrame);
    report("twenty connections of one key", this::manyConnections);
    report("does not read what it is sent", this::slowReader);
  }

  /** Something done to a connection. */
  private interface Deed {
    void to(RawRelay relay) throws IOException;
  }

  private static String closed(RawRelay relay, Deed deed) throws IOException {
    try (relay) {
      deed.to(relay);
      return heldIf(relay.isClosedWithin(SOON_MS), "connection closed");
    }
  }

  private String beforeLogin(Deed deed) throws IOException {
    return closed(RawRelay.upgraded(host, port), deed);
  }

  private String asMember(Deed deed) throws IOException {
    RawRelay relay = RawRelay.upgraded(host, port);
    if (!relay.logIn(node.node)) {
      relay.close();
      return heldIf(false, "a node of the network was not admitted");
    }
    return closed(relay, deed);
  }

  private String endlessHeader() throws IOException {
    try (RawRelay relay = RawRelay.tls(host, port)) {
      relay.raw("GET /derp HTTP/1.1\r\nX: ");
      int sent = 0;
      try {
        for (; sent < 16 << 20; sent += JUNK.length) {
          relay.raw("a".repeat(JUNK.length));
        }
      } catch (IOException e) {
        return heldIf(true, "connection closed after " + sent / 1024 + " KiB");
      }
      return heldIf(false, "all of it was taken");
    }
  }

  private String unreadAnswers() throws IOException {
    try (RawRelay relay = RawRelay.tls(host, port)) {
      String requests = "GET /derp/probe HTTP/1.1\r\nHost: r\r\n\r\n".repeat(400);
      int rounds = 0;
      try {
        for (; rounds < 2000; rounds++) {
          relay.raw(requests);
        }
      } catch (IOException e) {
        return heldIf(true, "connection closed after " + rounds * 400 + " requests");
      }
      return heldIf(false, "all requests were taken");
    }
  }

  /** A frame that never ends is skipped, at the pace the relay allows. */
  private String endlessFrame() throws IOException {
    try (RawRelay relay = RawRelay.upgraded(host, port)) {
      relay.logIn(node.node);
      relay.raw(header(UNKNOWN, 0xffff_ffffL));
      long bytes = 4 * bytesPerSecond;
      long startNs = System.nanoTime();
      for (long sent = 0; sent < bytes; sent += JUNK.length) {
        relay.raw(JUNK);
      }
      double seconds = (System.nanoTime() - startNs) / 1e9;
      return heldIf(
          // The burst and what two sockets buffer go at once; the relay counts each wait.
          seconds > 1,
          "%d MiB took %.1f s, at %d MiB/s allowed"
              .formatted(bytes >> 20, seconds, bytesPerSecond >> 20));
    }
  }

  private String manyConnections() throws IOException {
    List<RawRelay> all = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        RawRelay relay = RawRelay.upgraded(host, port);
        relay.logIn(node.node);
        all.add(relay);
      }
      int open = 0;
      for (RawRelay relay : all) {
        open += relay.isClosedWithin(50) ? 0 : 1;
      }
      return heldIf(open <= 8 && open > 0, open + " stay open");
    } finally {
      for (RawRelay relay : all) {
        relay.close();
      }
    }
  }

  private String slowReader() throws IOException {
    try (RawRelay deaf = RawRelay.upgraded(host, port);
        RawRelay sender = RawRelay.upgraded(host, port)) {
      deaf.logIn(node.node);
      sender.logIn(second.node);
      byte[] packet = FrameEncoder.sendPacket(node.key(), new byte[60_000]);
      for (int i = 0; i < 140; i++) {
        sender.raw(packet);
      }
      // What the kernel holds comes first, then the end.
      return heldIf(deaf.isClosedAfterSilence(4000), "connection closed");
    }
  }

  private static byte[] header(byte type, long length) {
    return ByteBuffer.allocate(5).put(type).putInt((int) length).array();
  }
}
