package dev.meshd.linux;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
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

  /** The endpoint in the sockaddr at {@code offset}; unknown families read as {@code [::]:port}. */
  Endpoint get(MemorySegment memory, long offset) {
    int port = SocketAddresses.port(memory, offset);
    return switch (SocketAddresses.family(memory, offset)) {
      case Layouts.AF_INET ->
          getV4(BigEndian.i32(memory, offset + Layouts.SOCKADDR_IN_ADDRESS), port);
      case Layouts.AF_INET6 ->
          getV6(
              BigEndian.i64(memory, offset + Layouts.SOCKADDR_IN6_ADDRESS),
              BigEndian.i64(memory, offset + Layouts.SOCKADDR_IN6_ADDRESS + 8),
              port);
      default -> getV6(0, 0, port);
    };
  }

  private Endpoint getV4(int address, int port) {
    int slot = slotOf(address * 0x9e3779b97f4a7c15L + port);
    long low = MAPPED_LOW | Integer.toUnsignedLong(address);
    Endpoint cached = slots[slot];
    if (cached != null && cached.address().isV4() && matches(cached, 0, low, port)) {
      return cached;
    }
    return store(slot, Endpoint.of(IpAddress.ofV4(address), port));
  }

  private Endpoint getV6(long high, long low, int port) {
    int slot = slotOf((high * 31 + low) * 0x9e3779b97f4a7c15L + port);
    Endpoint cached = slots[slot];
    if (cached != null && cached.address().isV6() && matches(cached, high, low, port)) {
      return cached;
    }
    return store(slot, Endpoint.of(IpAddress.ofV6(high, low), port));
  }

  private static boolean matches(Endpoint cached, long high, long low, int port) {
    IpAddress address = cached.address();
    return cached.port() == port && address.low() == low && address.high() == high;
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
