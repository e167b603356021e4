package dev.meshd.coordinator.registry;

import dev.meshd.coordinator.domain.NodeAddresses;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Hands out node addresses, one per configured family, each at most once. Goes upwards from the
 * beginning of the range, and back to the beginning when the end is reached, so an address given
 * back rests as long as possible. Owned by the coordinator loop.
 */
public final class IpAllocator {
  private final Optional<Family> v4;
  private final Optional<Family> v6;

  public IpAllocator(Optional<IpPrefix> v4Range, Optional<IpPrefix> v6Range) {
    v4 = v4Range.map(Family::new);
    v6 = v6Range.map(Family::new);
  }

  /**
   * Addresses that nobody has. They stay free until {@link #take}.
   *
   * @throws RefusedException when a range is used up
   */
  public NodeAddresses propose() {
    return new NodeAddresses(v4.map(Family::propose), v6.map(Family::propose));
  }

  /** Marks addresses as held, also such as lie outside the configured ranges. */
  public void take(NodeAddresses addresses) {
    addresses.v4().ifPresent(address -> v4.ifPresent(family -> family.take(address)));
    addresses.v6().ifPresent(address -> v6.ifPresent(family -> family.take(address)));
  }

  public void release(NodeAddresses addresses) {
    addresses.v4().ifPresent(address -> v4.ifPresent(family -> family.held.remove(address)));
    addresses.v6().ifPresent(address -> v6.ifPresent(family -> family.held.remove(address)));
  }

  /** One range; addresses are counted as offsets from its base, 1 to {@code lastOffset}. */
  private static final class Family {
    /** Taken by clients for their own resolver. */
    private static final Set<IpAddress> SERVICE =
        Set.of(IpAddress.parse("100.100.100.100"), IpAddress.parse("fd7a:115c:a1e0::53"));

    /** Taken by ChromeOS for its virtual machines. */
    private static final IpPrefix CHROME_OS = IpPrefix.parse("100.115.92.0/23");

    private final IpPrefix range;
    private final long lastOffset;
    private final Set<IpAddress> held = new HashSet<>();
    private long nextOffset = 1;

    Family(IpPrefix range) {
      this.range = range;
      int hostBits = Math.min(range.address().bitLength() - range.bits(), Long.SIZE - 2);
      // Without the first (the network itself) and the last address of the range.
      this.lastOffset = (1L << hostBits) - 2;
    }

    IpAddress propose() {
      long offset = nextOffset;
      // One round: as many steps as there are offsets, but never more than held and reserved ones
      // can block.
      long steps = Math.min(lastOffset, held.size() + 1024L);
      for (long step = 0; step < steps; step++) {
        IpAddress candidate = at(offset);
        if (!held.contains(candidate) && !isReserved(candidate)) {
          nextOffset = offset;
          return candidate;
        }
        offset = offset == lastOffset ? 1 : offset + 1;
      }
      throw RefusedException.conflict("no free address is left in " + range);
    }

    void take(IpAddress address) {
      held.add(address);
    }

    private IpAddress at(long offset) {
      IpAddress base = range.address();
      return base.isV4()
          ? IpAddress.ofV4(base.v4Value() + (int) offset)
          : IpAddress.ofV6(base.high(), base.low() + offset);
    }

    private static boolean isReserved(IpAddress address) {
      return SERVICE.contains(address) || CHROME_OS.contains(address);
    }
  }
}
