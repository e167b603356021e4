package dev.meshd.linux;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes {@code sockaddr_in} and {@code sockaddr_in6} (layouts in {@link Layouts}). Stateless. */
final class SocketAddresses {
  private SocketAddresses() {}

  /**
   * Writes the address at {@code offset}, where {@link Layouts#SOCKADDR_STRIDE} bytes are free.
   *
   * @return its length: 16 for IPv4, 28 for IPv6
   */
  static int write(MemorySegment memory, long offset, Endpoint endpoint) {
    IpAddress address = endpoint.address();
    if (address.isV4()) {
      memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, (short) Layouts.AF_INET);
      BigEndian.put16(memory, offset + Layouts.SOCKADDR_PORT, endpoint.port());
      BigEndian.put32(memory, offset + Layouts.SOCKADDR_IN_ADDRESS, address.v4Value());
      BigEndian.put64(memory, offset + 8, 0);
      return Layouts.SOCKADDR_IN_BYTES;
    }
    memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, (short) Layouts.AF_INET6);
    BigEndian.put16(memory, offset + Layouts.SOCKADDR_PORT, endpoint.port());
    BigEndian.put32(memory, offset + 4, 0);
    BigEndian.put64(memory, offset + Layouts.SOCKADDR_IN6_ADDRESS, address.high());
    BigEndian.put64(memory, offset + Layouts.SOCKADDR_IN6_ADDRESS + 8, address.low());
    memory.set(
        ValueLayout.JAVA_INT_UNALIGNED,
        offset + Layouts.SOCKADDR_IN6_SCOPE,
        endpoint.scopeInterface());
    return Layouts.SOCKADDR_IN6_BYTES;
  }

  static int family(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
  }

  static int port(MemorySegment memory, long offset) {
    return BigEndian.u16(memory, offset + Layouts.SOCKADDR_PORT);
  }
}
