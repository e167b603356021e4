package dev.meshd.linux;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.SourceAddress;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Turns the raw source addresses of datagrams into {@link Endpoint}s without creating one per
 * datagram: a direct-mapped cache of {@value #SLOTS} endpoints, in which a newcomer replaces what
 * held its slot. A flood from forged sources thus costs garbage, never memory.
 *
 * <p>Owned by the thread that receives.
 */
final class EndpointCache {
  static final int SLOTS = 512;

  private static final long MAPPED_LOW = 0xffffL << 32;

  private final @Nullable Endpoint[] slots = new Endpoint[SLOTS];

  /**
   * The endpoint in the sockaddr at {@code offset}; unknown families read as {@code [::]:port}.
   *
   * @param source the address of ours that the datagram arrived at, if that is known
   */
  Endpoint get(MemorySegment memory, long offset, @Nullable SourceAddress source) {
    int port = SocketAddresses.port(memory, offset);
    return switch (SocketAddresses.family(memory, offset)) {
      case Layouts.AF_INET ->
          getV4(BigEndian.i32(memory, offset + Layouts.SOCKADDR_IN_ADDRESS), port, source);
      case Layouts.AF_INET6 ->
          getV6(
              BigEndian.i64(memory, offset + Layouts.SOCKADDR_IN6_ADDRESS),
              BigEndian.i64(memory, offset + Layouts.SOCKADDR_IN6_ADDRESS + 8),
              port,
              source);
      default -> getV6(0, 0, port, source);
    };
  }

  private Endpoint getV4(int address, int port, @Nullable SourceAddress source) {
    int slot = slotOf(address * 0x9e3779b97f4a7c15L + port);
    long low = MAPPED_LOW | Integer.toUnsignedLong(address);
    Endpoint cached = slots[slot];
    if (cached != null && cached.address().isV4() && matches(cached, 0, low, port, source)) {
      return cached;
    }
    return store(slot, Endpoint.of(IpAddress.ofV4(address), port).from(source));
  }

  private Endpoint getV6(long high, long low, int port, @Nullable SourceAddress source) {
    int slot = slotOf((high * 31 + low) * 0x9e3779b97f4a7c15L + port);
    Endpoint cached = slots[slot];
    if (cached != null && cached.address().isV6() && matches(cached, high, low, port, source)) {
      return cached;
    }
    return store(slot, Endpoint.of(IpAddress.ofV6(high, low), port).from(source));
  }

  private static boolean matches(
      Endpoint cached, long high, long low, int port, @Nullable SourceAddress source) {
    IpAddress address = cached.address();
    return cached.port() == port
        && address.low() == low
        && address.high() == high
        && cached.source() == source;
  }

  private Endpoint store(int slot, Endpoint endpoint) {
    slots[slot] = endpoint;
    return endpoint;
  }

  private static int slotOf(long hash) {
    long mixed = (hash ^ hash >>> 29) * 0xbf58476d1ce4e5b9L;
    return (int) (mixed >>> 40) & (SLOTS - 1);
  }
}
