package dev.meshd.magicsock.demux;

import dev.meshd.magicsock.disco.DiscoEnvelope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Classifies one datagram by shape. The order of the tests matters and is safe: bytes 1-3 of every
 * WireGuard message are zero, byte 1 of a STUN answer is 0x01, the low bits of Geneve's byte 1 are
 * zero, and disco starts 54 53 F0 9F.
 *
 * <pre>
 * STUN    length ≥ 20, byte 0 top bits 00, byte 1 = 01, bytes 4-7 = 21 12 A4 42
 * Geneve  length ≥ 8, version 0, reserved bits and byte 7 zero, protocol 7A11 (disco) or 7A12
 * disco   length ≥ 38 and the magic
 * </pre>
 *
 * <p>Geneve that claims disco but does not carry it is handed to WireGuard, which drops it.
 * Stateless; allocates nothing; reads only inside the given range.
 */
public final class DatagramDemux {

  /** Length of the Geneve header of a UDP relay: no options. */
  public static final int GENEVE_HEADER = 8;

  private static final int STUN_MIN = 20;
  private static final int STUN_COOKIE = 0x2112A442;
  private static final int GENEVE_DISCO = 0x7A11;
  private static final int GENEVE_WIREGUARD = 0x7A12;

  private DatagramDemux() {}

  /** Classifies {@code [offset, offset + length)} of native memory. */
  public static DatagramKind classify(MemorySegment memory, long offset, int length) {
    if (length < GENEVE_HEADER) {
      return DatagramKind.WIREGUARD;
    }
    int first = int32(memory, offset);
    int second = int32(memory, offset + 4);
    if (isStun(first, second, length)) {
      return DatagramKind.STUN;
    }
    return switch (geneveProtocol(first, second)) {
      case GENEVE_DISCO ->
          DiscoEnvelope.matches(memory, offset + GENEVE_HEADER, length - GENEVE_HEADER)
              ? DatagramKind.RELAYED_DISCO
              : DatagramKind.WIREGUARD;
      case GENEVE_WIREGUARD -> DatagramKind.RELAYED_WIREGUARD;
      default ->
          DiscoEnvelope.matches(memory, offset, length)
              ? DatagramKind.DISCO
              : DatagramKind.WIREGUARD;
    };
  }

  /** Classifies a whole array. */
  public static DatagramKind classify(byte[] datagram) {
    return classify(MemorySegment.ofArray(datagram), 0, datagram.length);
  }

  private static boolean isStun(int first, int second, int length) {
    return length >= STUN_MIN
        && second == STUN_COOKIE
        && (first & 0xC0_00_00_00) == 0
        && (first & 0x00_FF_00_00) == 0x00_01_00_00;
  }

  /** The protocol field of a plausible relay header, or 0. */
  private static int geneveProtocol(int first, int second) {
    boolean plausible = (first & 0xC0_3F_00_00) == 0 && (second & 0xFF) == 0;
    return plausible ? first & 0xFFFF : 0;
  }

  private static int int32(MemorySegment memory, long offset) {
    return (memory.get(ValueLayout.JAVA_BYTE, offset) & 0xFF) << 24
        | (memory.get(ValueLayout.JAVA_BYTE, offset + 1) & 0xFF) << 16
        | (memory.get(ValueLayout.JAVA_BYTE, offset + 2) & 0xFF) << 8
        | (memory.get(ValueLayout.JAVA_BYTE, offset + 3) & 0xFF);
  }
}
