package dev.meshd.e2e.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.linux.SendBatch;
import dev.meshd.linux.UdpFd;
import dev.meshd.linux.UdpOptions;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.SourceAddress;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.MessageMacs;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends handshake initiations to one endpoint, as a program of its own:
 *
 * <pre>
 *   ENDPOINT RATE BURST SECONDS KEY|random SOURCES
 * </pre>
 *
 * <p>RATE a second in bursts of BURST, with the {@code mac1} of a base64 KEY or a random one, from
 * SOURCES addresses of {@link #SOURCE_PREFIX}, which must be routed to this host; 0 for its own.
 */
public final class FloodTool {
  static final String SOURCE_PREFIX = "10.66.0.0/16";

  private static final int FIRST_SOURCE = 0x0a420001;
  private static final int DIFFERENT_MESSAGES = 1024;
  private static final int BATCH = 50;
  private static final int LENGTH = 148;

  private FloodTool() {}

  public static void main(String[] args) {
    Endpoint target = Endpoint.parse(args[0]);
    int rate = Integer.parseInt(args[1]);
    int burst = Integer.parseInt(args[2]);
    int total = rate * Integer.parseInt(args[3]);
    byte[][] messages = messages(args[4]);
    Endpoint[] ways = ways(target, Integer.parseInt(args[5]));
    try (UdpFd socket = UdpFd.open(UdpFd.anyAddress(false, 0), UdpOptions.DEFAULTS)) {
      SendBatch batch = new SendBatch(BATCH, LENGTH);
      long burstNs = TimeUnit.SECONDS.toNanos(1) * burst / rate;
      long beganNs = System.nanoTime();
      System.out.println("flooding");
      for (int sent = 0; sent < total; sent += burst) {
        for (int i = 0; i < burst; i++) {
          int number = sent + i;
          batch.addCopy(messages[number % DIFFERENT_MESSAGES], ways[number % ways.length]);
          if (batch.isFull() || i == burst - 1) {
            socket.send(batch);
            batch.clear();
          }
        }
        long aheadNs = beganNs + (sent / burst + 1) * burstNs - System.nanoTime();
        if (aheadNs > 0) {
          LockSupport.parkNanos(aheadNs);
        }
      }
      System.out.printf(
          "sent %d in %.1f s, %d refused%n",
          total, (System.nanoTime() - beganNs) / 1e9, batch.refusedCount());
    }
  }

  private static byte[][] messages(String key) {
    Random random = new Random(1);
    byte[][] messages = new byte[DIFFERENT_MESSAGES][LENGTH];
    for (byte[] message : messages) {
      random.nextBytes(message);
      message[0] = 1;
      message[1] = 0;
      message[2] = 0;
      message[3] = 0;
      if (!key.equals("random")) {
        NodeKey receiver = NodeKey.parseBase64(key);
        MessageMacs.forReceiver(receiver).stamp(message, new CookieJar(receiver), 0);
      }
    }
    return messages;
  }

  private static Endpoint[] ways(Endpoint target, int sources) {
    if (sources == 0) {
      return new Endpoint[] {target};
    }
    Endpoint[] ways = new Endpoint[sources];
    for (int i = 0; i < sources; i++) {
      ways[i] = target.from(new SourceAddress(IpAddress.ofV4(FIRST_SOURCE + i), 0));
    }
    return ways;
  }
}
