package dev.meshd.agent.node;

import dev.meshd.linux.SendBatch;
import dev.meshd.linux.UdpFd;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.packet.Endpoint;

/**
 * Sends the engine's own datagrams (handshakes, disco, STUN), one at a time. What cannot be sent is
 * lost, like any datagram. Owned by the engine loop.
 */
final class DatagramSender {
  /** Longer than any of these messages. */
  private static final int MAX_BYTES = 2048;

  private final UdpPorts ports;
  private final SendBatch batch = new SendBatch(1, MAX_BYTES);

  DatagramSender(UdpPorts ports) {
    this.ports = ports;
  }

  /** Whether the system took the datagram. */
  boolean send(Endpoint to, byte[] datagram) {
    UdpFd socket = ports.socketFor(to);
    if (socket == null || !batch.addCopy(datagram, to)) {
      batch.clear();
      return false;
    }
    long refusedBefore = batch.refusedCount();
    boolean taken = socket.send(batch) == 0 && batch.refusedCount() == refusedBefore;
    batch.clear();
    return taken;
  }
}
