package dev.meshd.fuzz.reader;

import dev.meshd.crypto.NodeKey;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import java.io.IOException;
import java.util.Arrays;

/**
 * Handshake messages at a device that has one peer and waits for that peer's response. Input: steps
 * of a byte and a piece; the byte chooses
 *
 * <pre>
 * 0  the piece is the message                            1  the same with mac1 made right
 * 2  a genuine initiation of the peer, changed by (exclusive or) the piece, mac1 made right
 * 3  the same of a stranger                              4  the piece with our index as receiver, mac1 made right
 * </pre>
 *
 * <p>Checked: a message is dropped and counted, or it is genuine; an initiation that was changed
 * where the handshake covers it changes nothing; nobody gets more bytes than they sent.
 */
public final class WireGuardHandshakeFuzz implements FuzzBody {

  private static final int KINDS = 5;
  private static final int MAX_STEPS = 8;
  private static final Endpoint FROM = Endpoint.parse("192.0.2.7:41641");

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    GenuineHandshake.Sent out = new GenuineHandshake.Sent();
    try (WireGuardDevice device =
        new WireGuardDevice(Fixed.nodeKey(1), Fixed.wireGuard(1), new SignalQueue(() -> {}))) {
      WireGuardPeer peer = device.addPeer(Fixed.nodeKey(2).publicKey(), 0);
      device.startHandshake(peer, 1, out);
      byte[] own = out.messages.getFirst();
      for (int steps = 0; in.hasMore() && steps < MAX_STEPS; steps++) {
        int kind = in.u8() % KINDS;
        byte[] message = message(kind, in.piece(), device.publicKey(), own);
        int sentBefore = out.messages.size();
        int completedBefore = out.completed;
        long dropsBefore = drops(device);
        device.onHandshake(message, FROM, 2, out);
        int replies = out.messages.size() - sentBefore;
        long dropped = drops(device) - dropsBefore;
        Expect.that(dropped <= 1, "a message is dropped once");
        Expect.that(replies <= 1, "a message has at most one answer");
        Expect.that(
            replies == 0 || out.messages.getLast().length <= message.length,
            "an answer is no longer than what it answers");
        Expect.same(completedBefore, out.completed, "nobody completes our handshake by guessing");
        Expect.that(
            dropped == 1 || replies == 1 && isGenuine(message, device.publicKey()),
            "what is not genuine is dropped");
      }
    }
  }

  private static byte[] message(int kind, byte[] piece, NodeKey receiver, byte[] own) {
    return switch (kind) {
      case 0 -> piece;
      case 1 -> GenuineHandshake.withMac1(piece, receiver);
      case 2 ->
          GenuineHandshake.changed(
              GenuineHandshake.initiation(receiver, Fixed.nodeKey(2)), piece, receiver);
      case 3 ->
          GenuineHandshake.changed(
              GenuineHandshake.initiation(receiver, Fixed.nodeKey(3)), piece, receiver);
      default -> {
        int offset = piece.length > 0 && piece[0] == 3 ? 4 : 8;
        if (piece.length >= offset + 4) {
          System.arraycopy(own, 4, piece, offset, 4);
        }
        yield GenuineHandshake.withMac1(piece, receiver);
      }
    };
  }

  /** Whether the handshake proper is the peer's, with any sender index, which nothing covers. */
  private static boolean isGenuine(byte[] message, NodeKey receiver) {
    byte[] genuine = GenuineHandshake.initiation(receiver, Fixed.nodeKey(2));
    return message.length == genuine.length
        && Arrays.equals(
            message,
            8,
            GenuineHandshake.covered(message),
            genuine,
            8,
            GenuineHandshake.covered(genuine));
  }

  private static long drops(WireGuardDevice device) {
    return device.drops().nonZero().values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    byte[] genuine = GenuineHandshake.initiation(Fixed.nodeKey(1).publicKey(), Fixed.nodeKey(2));
    seeds.add("genuine", step(0, genuine).done());
    seeds.add("genuine-twice", step(0, genuine).u8(0).piece(genuine).done());
    seeds.add("stranger", step(3, new byte[0]).done());
    for (int at : new int[] {0, 4, 8, 40, 88, 115, 116, 131, 132, 147}) {
      byte[] change = new byte[at + 1];
      change[at] = 1;
      seeds.add("changed-%03d".formatted(at), step(2, change).done());
    }
    for (int type = 0; type < 6; type++) {
      for (int length : new int[] {0, 31, 32, 64, 92, 148, 149}) {
        byte[] message = new byte[length];
        if (length > 0) {
          message[0] = (byte) type;
        }
        if (length == new int[] {31, 148, 92, 64, 32, 0}[type] || length == 149) {
          seeds.add("type-%d-%03d".formatted(type, length), step(1, message).done());
        }
      }
    }
    byte[] response = new byte[92];
    response[0] = 2;
    seeds.add("response-to-our-index", step(4, response).done());
    byte[] cookie = new byte[64];
    cookie[0] = 3;
    seeds.add("cookie-to-our-index", step(4, cookie).done());
  }

  private static FuzzOutput step(int kind, byte[] piece) {
    return new FuzzOutput().u8(kind).piece(piece);
  }
}
