package dev.meshd.derp.codec;

import java.nio.ByteBuffer;

/**
 * Tells path-discovery packets from the rest, so that a relay can keep bulk data from pushing them
 * out.
 */
public final class DiscoPackets {

  /**
   * "TS" and U+1F4AC, the first six bytes of every disco packet, as the high 48 bits of a
   * big-endian long.
   */
  private static final long MAGIC = 0x5453_F09F_92AC_0000L;

  private static final long MAGIC_MASK = 0xFFFF_FFFF_FFFF_0000L;

  /** Magic 6, sender key 32, nonce 24. */
  private static final int HEADER_LENGTH = 62;

  private DiscoPackets() {}

  /**
   * Whether the bytes from position to limit look like a disco packet. Leaves the position alone.
   */
  public static boolean isDisco(ByteBuffer packet) {
    return packet.remaining() >= HEADER_LENGTH
        && (packet.getLong(packet.position()) & MAGIC_MASK) == MAGIC;
  }
}
