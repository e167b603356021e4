package dev.meshd.control.noise;

import dev.meshd.crypto.MachineKey;

/**
 * An authenticated channel after the handshake. The two directions are independent; each belongs to
 * one thread.
 */
public final class NoiseSession {
  private final MachineKey peer;
  private final int version;
  private final byte[] handshakeHash;
  private final RecordWriter writer;
  private final RecordReader reader;

  NoiseSession(
      MachineKey peer,
      int version,
      byte[] handshakeHash,
      RecordWriter writer,
      RecordReader reader) {
    this.peer = peer;
    this.version = version;
    this.handshakeHash = handshakeHash;
    this.writer = writer;
    this.reader = reader;
  }

  /** The static key of the other side, proven by the handshake. */
  public MachineKey peer() {
    return peer;
  }

  /** The protocol version both sides bound. */
  public int version() {
    return version;
  }

  /** A copy of the 32 bytes that name this session on both sides. */
  public byte[] handshakeHash() {
    return handshakeHash.clone();
  }

  /** The sending direction. */
  public RecordWriter writer() {
    return writer;
  }

  /** The receiving direction. */
  public RecordReader reader() {
    return reader;
  }
}
