package dev.meshd.packet;

import java.util.List;

/**
 * A path-compressed binary trie over 128-bit keys, laid out in arrays; the part of {@link
 * PrefixTrie} that knows nothing of values.
 *
 * <p>Node <i>n</i> stands for the first {@code bits[n]} bits of ({@code high[n]}, {@code low[n]}).
 * Its child for the next bit <i>b</i> is {@code child[2n + b]}. A node that was put in carries the
 * index of its value, a node that only joins two others carries {@link #NONE}. A lookup goes down
 * while the node's bits agree and remembers the last value it passed. Depth is at most the key
 * length and, for <i>n</i> random keys, about log n. Immutable.
 */
final class BitTrie {
  static final int NONE = -1;

  private final long[] high;
  private final long[] low;
  private final int[] bits;
  private final int[] child;
  private final int[] value;
  private int used;

  /**
   * Builds from keys sorted by address and then by length, without duplicates, values being their
   * positions plus {@code firstValue}. IPv4 keys are shifted to the top of the high half.
   */
  BitTrie(List<IpPrefix> sorted, int firstValue) {
    int capacity = Math.max(1, 2 * sorted.size());
    high = new long[capacity];
    low = new long[capacity];
    bits = new int[capacity];
    child = new int[2 * capacity];
    value = new int[capacity];
    if (!sorted.isEmpty()) {
      build(sorted, 0, sorted.size(), firstValue);
    }
  }

  /**
   * Builds the subtree of the keys from {@code from} to {@code to}. Sorted order puts the shortest
   * key of the range first, so either the first key covers all others, or no key ends before the
   * bit where first and last part.
   */
  private int build(List<IpPrefix> sorted, int from, int to, int firstValue) {
    IpPrefix first = sorted.get(from);
    IpPrefix last = sorted.get(to - 1);
    int common = Math.min(first.bits(), commonBits(first.address(), last.address()));
    boolean firstCoversAll = common == first.bits();
    int node = used++;
    IpAddress key = first.address().masked(common);
    high[node] = keyHigh(key);
    low[node] = keyLow(key);
    bits[node] = common;
    value[node] = firstCoversAll ? firstValue + from : NONE;
    int start = firstCoversAll ? from + 1 : from;
    int split = start;
    while (split < to && bitAt(sorted.get(split).address(), common) == 0) {
      split++;
    }
    child[2 * node] = start < split ? build(sorted, start, split, firstValue) : NONE;
    child[2 * node + 1] = split < to ? build(sorted, split, to, firstValue) : NONE;
    return node;
  }

  /** The value of the longest prefix that holds the key, or {@link #NONE}. */
  int lookup(long keyHigh, long keyLow) {
    int best = NONE;
    int node = used == 0 ? NONE : 0;
    while (node != NONE) {
      int length = bits[node];
      long difference =
          length <= 64
              ? shiftOut(keyHigh ^ high[node], length)
              : (keyHigh ^ high[node]) | shiftOut(keyLow ^ low[node], length - 64);
      if (difference != 0) {
        break;
      }
      if (value[node] != NONE) {
        best = value[node];
      }
      if (length == IpAddress.V6_BITS) {
        break;
      }
      long half = length < 64 ? keyHigh : keyLow;
      node = child[2 * node + (int) (half >>> (63 - (length & 63)) & 1)];
    }
    return best;
  }

  /** The first {@code count} bits, 0 to 64, moved down; a plain shift by 64 would do nothing. */
  private static long shiftOut(long word, int count) {
    return count == 0 ? 0 : word >>> (64 - count);
  }

  private static int commonBits(IpAddress a, IpAddress b) {
    long highs = keyHigh(a) ^ keyHigh(b);
    int common =
        highs != 0
            ? Long.numberOfLeadingZeros(highs)
            : 64 + Long.numberOfLeadingZeros(keyLow(a) ^ keyLow(b));
    return Math.min(common, a.bitLength());
  }

  private static int bitAt(IpAddress address, int index) {
    long half = index < 64 ? keyHigh(address) : keyLow(address);
    return (int) (half >>> (63 - (index & 63)) & 1);
  }

  private static long keyHigh(IpAddress address) {
    return address.isV4() ? address.low() << 32 : address.high();
  }

  private static long keyLow(IpAddress address) {
    return address.isV4() ? 0 : address.low();
  }
}
