package dev.meshd.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Bytes and packets in one direction. One thread at a time adds (which one is said where the
 * counter is declared); any thread may read, and sees a value of the recent past.
 */
public final class TrafficCounter {
  private static final VarHandle BYTES = handle("bytes");
  private static final VarHandle PACKETS = handle("packets");

  private long bytes;
  private long packets;

  /** Counts one packet; only the owning thread. */
  public void add(long packetBytes) {
    BYTES.setOpaque(this, bytes + packetBytes);
    PACKETS.setOpaque(this, packets + 1);
  }

  public long bytes() {
    return (long) BYTES.getOpaque(this);
  }

  public long packets() {
    return (long) PACKETS.getOpaque(this);
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(TrafficCounter.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
