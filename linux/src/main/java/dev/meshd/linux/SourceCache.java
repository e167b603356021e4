package dev.meshd.linux;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.SourceAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Turns the packet information that comes with a datagram (IP_PKTINFO, IPV6_PKTINFO) into {@link
 * SourceAddress}es, one for each of our addresses and interfaces. Datagrams arrive at few addresses
 * of ours, so {@value #SLOTS} are remembered; a newcomer replaces what held its slot, as it does
 * one that was withdrawn.
 *
 * <p>Owned by the thread that receives.
 */
final class SourceCache {
  static final int SLOTS = 16;

  private static final long MAPPED_LOW = 0xffffL << 32;

  private final @Nullable SourceAddress[] slots = new SourceAddress[SLOTS];

  /** From the data of an IP_PKTINFO control message. */
  SourceAddress getV4(MemorySegment memory, long offset) {
    int interfaceIndex = memory.get(ValueLayout.JAVA_INT, offset);
    int address = BigEndian.i32(memory, offset + Layouts.IN_PKTINFO_SOURCE);
    int slot = slotOf(address, interfaceIndex);
    SourceAddress cached = slots[slot];
    long low = MAPPED_LOW | Integer.toUnsignedLong(address);
    if (cached != null
        && cached.address().isV4()
        && cached.address().low() == low
        && isCurrent(cached, interfaceIndex)) {
      return cached;
    }
    return store(slot, new SourceAddress(IpAddress.ofV4(address), interfaceIndex));
  }

  /** From the data of an IPV6_PKTINFO control message. */
  SourceAddress getV6(MemorySegment memory, long offset) {
    long high = BigEndian.i64(memory, offset);
    long low = BigEndian.i64(memory, offset + Long.BYTES);
    int interfaceIndex =
        memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + Layouts.IN6_PKTINFO_INTERFACE);
    int slot = slotOf(high * 31 + low, interfaceIndex);
    SourceAddress cached = slots[slot];
    if (cached != null
        && cached.address().isV6()
        && cached.address().high() == high
        && cached.address().low() == low
        && isCurrent(cached, interfaceIndex)) {
      return cached;
    }
    return store(slot, new SourceAddress(IpAddress.ofV6(high, low), interfaceIndex));
  }

  private static boolean isCurrent(SourceAddress cached, int interfaceIndex) {
    return cached.interfaceIndex() == interfaceIndex && !cached.isWithdrawn();
  }

  private SourceAddress store(int slot, SourceAddress source) {
    slots[slot] = source;
    return source;
  }

  private static int slotOf(long address, int interfaceIndex) {
    long mixed = (address * 31 + interfaceIndex) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 40) & (SLOTS - 1);
  }
}
