package dev.meshd.packet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A set of addresses of both families, held as sorted disjoint ranges in arrays. Asking costs a
 * binary search and allocates nothing; this is what packet filters ask per packet. Immutable.
 */
public final class IpRangeSet {
  private static final IpRangeSet EMPTY = new IpRangeSet(List.of());

  private final int[] v4First;
  private final int[] v4Last;
  private final long[] v6FirstHigh;
  private final long[] v6FirstLow;
  private final long[] v6LastHigh;
  private final long[] v6LastLow;

  /** {@code ranges} are sorted and disjoint, IPv4 first. */
  private IpRangeSet(List<IpRange> ranges) {
    int v4Count = (int) ranges.stream().filter(range -> range.first().isV4()).count();
    int v6Count = ranges.size() - v4Count;
    v4First = new int[v4Count];
    v4Last = new int[v4Count];
    v6FirstHigh = new long[v6Count];
    v6FirstLow = new long[v6Count];
    v6LastHigh = new long[v6Count];
    v6LastLow = new long[v6Count];
    for (int i = 0; i < v4Count; i++) {
      v4First[i] = ranges.get(i).first().v4Value();
      v4Last[i] = ranges.get(i).last().v4Value();
    }
    for (int i = 0; i < v6Count; i++) {
      IpRange range = ranges.get(v4Count + i);
      v6FirstHigh[i] = range.first().high();
      v6FirstLow[i] = range.first().low();
      v6LastHigh[i] = range.last().high();
      v6LastLow[i] = range.last().low();
    }
  }

  public static IpRangeSet empty() {
    return EMPTY;
  }

  /** The union of prefixes. */
  public static IpRangeSet of(Collection<IpPrefix> prefixes) {
    return ofRanges(prefixes.stream().map(IpRange::of).toList());
  }

  /** The union of ranges, which may overlap. */
  public static IpRangeSet ofRanges(Collection<IpRange> ranges) {
    List<IpRange> merged = new ArrayList<>();
    for (IpRange range : ranges.stream().sorted().toList()) {
      IpRange previous = merged.isEmpty() ? null : merged.getLast();
      boolean overlaps = previous != null && previous.contains(range.first());
      if (previous == null || !overlaps) {
        merged.add(range);
      } else if (range.last().compareTo(previous.last()) > 0) {
        merged.set(merged.size() - 1, new IpRange(previous.first(), range.last()));
      }
    }
    return merged.isEmpty() ? EMPTY : new IpRangeSet(merged);
  }

  /** Whether the IPv4 address (octets of the int) is in the set. */
  public boolean containsV4(int address) {
    int low = 0;
    int high = v4First.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Integer.compareUnsigned(address, v4First[middle]) < 0) {
        high = middle - 1;
      } else if (Integer.compareUnsigned(address, v4Last[middle]) > 0) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  public boolean containsV6(long addressHigh, long addressLow) {
    int low = 0;
    int high = v6FirstHigh.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (compare(addressHigh, addressLow, v6FirstHigh[middle], v6FirstLow[middle]) < 0) {
        high = middle - 1;
      } else if (compare(addressHigh, addressLow, v6LastHigh[middle], v6LastLow[middle]) > 0) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    int byHigh = Long.compareUnsigned(high, otherHigh);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
  }

  public boolean contains(IpAddress address) {
    return address.isV4()
        ? containsV4(address.v4Value())
        : containsV6(address.high(), address.low());
  }

  public boolean hasV4() {
    return v4First.length > 0;
  }

  public boolean hasV6() {
    return v6FirstHigh.length > 0;
  }

  public boolean isEmpty() {
    return !hasV4() && !hasV6();
  }
}
