package dev.meshd.agent.datapath;

import dev.meshd.packet.Endpoint;

/**
 * A datagram on its way from one thread to another. Belongs to whoever took it out of the queue.
 */
final class HeapDatagram {
  private final Endpoint from;
  private final byte[] bytes;

  HeapDatagram(Endpoint from, byte[] bytes) {
    this.from = from;
    this.bytes = bytes;
  }

  Endpoint from() {
    return from;
  }

  /** The array itself. */
  byte[] bytes() {
    return bytes;
  }
}
