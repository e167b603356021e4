package dev.meshd.e2e.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.MessageMacs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/**
 * A network between two WireGuard peers that passes everything on and adds to it, as a program of
 * its own:
 *
 * <pre>
 *   PORT VICTIM-ENDPOINT VICTIM-KEY COPIES
 * </pre>
 *
 * <p>What arrives at PORT from anybody but the victim goes to the victim, and its answers go back.
 * Behind each of the first COPIES data packets to the victim come a replay, a packet with a flipped
 * bit, one for another receiver index, one cut off and one of 60,000 bytes; as many times the first
 * initiation comes again: as it was, damaged, damaged with {@code mac1} made right again, one byte
 * short and one byte long.
 */
public final class HostileNetwork {
  private static final int OVERSIZE = 60_000;
  private static final int INITIATION = 1;
  private static final int DATA = 4;
  private static final int KEEPALIVE_LENGTH = 32;

  private final DatagramChannel channel = DatagramChannel.open();
  private final InetSocketAddress victim;
  private final NodeKey victimKey;
  private InetSocketAddress client;
  private byte[] initiation;

  private HostileNetwork(int port, String victim, String victimKey) throws IOException {
    channel.bind(new InetSocketAddress("0.0.0.0", port));
    this.victim = Endpoint.parse(victim).toSocketAddress();
    this.victimKey = NodeKey.parseBase64(victimKey);
  }

  public static void main(String[] args) throws IOException {
    var network = new HostileNetwork(Integer.parseInt(args[0]), args[1], args[2]);
    System.out.println("ready");
    network.run(Integer.parseInt(args[3]));
  }

  private void run(int copies) throws IOException {
    int attacked = 0;
    while (true) {
      ByteBuffer buffer = ByteBuffer.allocate(65_536);
      var from = (InetSocketAddress) channel.receive(buffer);
      byte[] datagram = Arrays.copyOf(buffer.array(), buffer.position());
      if (from.equals(victim)) {
        if (client != null) {
          channel.send(ByteBuffer.wrap(datagram), client);
        }
        continue;
      }
      client = from;
      toVictim(datagram);
      if (datagram[0] == INITIATION && initiation == null) {
        initiation = datagram;
      } else if (datagram[0] == DATA
          && datagram.length > KEEPALIVE_LENGTH
          && initiation != null
          && attacked < copies) {
        attackWith(datagram);
        attacked++;
        if (attacked == copies) {
          System.out.println("attacked " + copies + " times");
        }
      }
    }
  }

  private void attackWith(byte[] data) throws IOException {
    toVictim(data); // a replay
    byte[] later = data.clone();
    later[8] ^= 0x40; // a counter not seen yet, which the tag covers
    toVictim(flipped(later, later.length - 1));
    toVictim(flipped(data, 4)); // the receiver index
    toVictim(Arrays.copyOf(data, KEEPALIVE_LENGTH - 1));
    toVictim(Arrays.copyOf(later, OVERSIZE));

    toVictim(initiation); // its timestamp is not new
    byte[] damaged = flipped(initiation, 50);
    toVictim(damaged);
    byte[] restamped = damaged.clone();
    MessageMacs.forReceiver(victimKey).stamp(restamped, new CookieJar(victimKey), 0);
    toVictim(restamped);
    toVictim(Arrays.copyOf(initiation, initiation.length - 1));
    toVictim(Arrays.copyOf(initiation, initiation.length + 1));
  }

  private static byte[] flipped(byte[] datagram, int position) {
    byte[] flipped = datagram.clone();
    flipped[position] ^= 1;
    return flipped;
  }

  private void toVictim(byte[] datagram) throws IOException {
    channel.send(ByteBuffer.wrap(datagram), victim);
  }
}
