package dev.meshd.e2e.mesh;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A stranger on the network, as a program of its own: {@code UnderlayFlood ADDRESS PORT PER_SECOND
 * SECONDS PEERS_DISCO_KEY KIND...}. Sends the kinds in turn at that rate and prints how many
 * datagrams went out.
 *
 * <pre>
 * unknown    a disco envelope with a key that nobody has
 * known      a disco envelope with a peer's key and a box that does not open
 * truncated  a disco envelope with a peer's key, cut anywhere
 * stun       a STUN answer to a question that was never asked
 * </pre>
 */
final class UnderlayFlood {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] DISCO_MAGIC = HEX.parseHex("5453f09f92ac");
  private static final byte[] STUN_ANSWER = HEX.parseHex("0101000c2112a442");
  private static final byte[] XOR_MAPPED_V4 = HEX.parseHex("002000080001");
  private static final int BOX_BYTES = 24 + 16 + 46;
  private static final int PER_TURN = 10;

  private UnderlayFlood() {}

  public static void main(String[] args) throws IOException {
    InetAddress address = InetAddress.getByName(args[0]);
    int port = Integer.parseInt(args[1]);
    long turnNs = TimeUnit.SECONDS.toNanos(PER_TURN) / Integer.parseInt(args[2]);
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.parseInt(args[3]));
    byte[] peer = HEX.parseHex(args[4]);
    SplittableRandom random = new SplittableRandom(1);
    long sent = 0;
    try (DatagramSocket socket = new DatagramSocket()) {
      long dueNs = System.nanoTime();
      while (System.nanoTime() - endNs < 0) {
        for (int i = 0; i < PER_TURN; i++, sent++) {
          byte[] datagram = datagram(args[5 + (int) (sent % (args.length - 5))], peer, random);
          socket.send(new DatagramPacket(datagram, datagram.length, address, port));
        }
        dueNs += turnNs;
        LockSupport.parkNanos(dueNs - System.nanoTime());
      }
    }
    System.out.println("sent " + sent);
  }

  private static byte[] datagram(String kind, byte[] peer, SplittableRandom random) {
    return switch (kind) {
      case "unknown" -> disco(bytes(random, peer.length), BOX_BYTES, random);
      case "known" -> disco(peer, BOX_BYTES, random);
      case "truncated" -> disco(peer, random.nextInt(40), random);
      case "stun" ->
          joined(
              STUN_ANSWER, bytes(random, 12), joined(XOR_MAPPED_V4, bytes(random, 6), new byte[0]));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static byte[] disco(byte[] key, int boxBytes, SplittableRandom random) {
    return joined(DISCO_MAGIC, key, bytes(random, boxBytes));
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] joined(byte[] a, byte[] b, byte[] c) {
    return ByteBuffer.allocate(a.length + b.length + c.length).put(a).put(b).put(c).array();
  }
}
