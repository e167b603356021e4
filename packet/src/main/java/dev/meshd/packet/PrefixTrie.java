package dev.meshd.packet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from prefixes to values with longest-prefix lookup: the shape of WireGuard's
 * allowed IPs and of every address set the agent asks about per packet.
 *
 * <p>A change is a new trie that replaces the old one in a volatile field, so readers need no lock.
 * Lookups allocate nothing. An absent answer is {@code null}, since an {@code Optional} per packet
 * is garbage. Building costs O(n log n).
 *
 * @param <V> the values, held by reference; sharing one among prefixes is fine
 */
public final class PrefixTrie<V> {
  private static final PrefixTrie<?> EMPTY = new PrefixTrie<>(new TreeMap<>());

  private final BitTrie v4;
  private final BitTrie v6;
  private final List<IpPrefix> prefixes;
  private final List<V> values;

  private PrefixTrie(SortedMap<IpPrefix, V> entries) {
    prefixes = List.copyOf(entries.keySet());
    values = List.copyOf(entries.values());
    int v4Count = 0;
    while (v4Count < prefixes.size() && prefixes.get(v4Count).isV4()) {
      v4Count++;
    }
    v4 = new BitTrie(prefixes.subList(0, v4Count), 0);
    v6 = new BitTrie(prefixes.subList(v4Count, prefixes.size()), v4Count);
  }

  @SuppressWarnings("unchecked") // holds no values of any type
  public static <V> PrefixTrie<V> empty() {
    return (PrefixTrie<V>) EMPTY;
  }

  public static <V> PrefixTrie<V> copyOf(Map<IpPrefix, V> entries) {
    return entries.isEmpty() ? empty() : new PrefixTrie<>(new TreeMap<>(entries));
  }

  public static <V> Builder<V> builder() {
    return new Builder<>();
  }

  /** The value of the longest prefix that holds the IPv4 address (octets of the int). */
  public @Nullable V lookupV4(int address) {
    int index = v4.lookup((long) address << 32, 0);
    return index == BitTrie.NONE ? null : values.get(index);
  }

  /** The value of the longest prefix that holds the IPv6 address. */
  public @Nullable V lookupV6(long high, long low) {
    int index = v6.lookup(high, low);
    return index == BitTrie.NONE ? null : values.get(index);
  }

  /** {@link #lookupV4} or {@link #lookupV6} by family. */
  public @Nullable V lookup(IpAddress address) {
    return address.isV4() ? lookupV4(address.v4Value()) : lookupV6(address.high(), address.low());
  }

  public int size() {
    return prefixes.size();
  }

  public boolean isEmpty() {
    return prefixes.isEmpty();
  }

  /** The prefixes in order. */
  public List<IpPrefix> prefixes() {
    return prefixes;
  }

  /** Visits every entry, in the order of the prefixes. */
  public void forEach(BiConsumer<? super IpPrefix, ? super V> visitor) {
    for (int i = 0; i < prefixes.size(); i++) {
      visitor.accept(prefixes.get(i), values.get(i));
    }
  }

  @Override
  public String toString() {
    List<String> entries = new ArrayList<>();
    forEach((prefix, value) -> entries.add(prefix + "=" + value));
    return entries.toString();
  }

  /** Collects entries; of two values for one prefix the later wins. Not thread-safe. */
  public static final class Builder<V> {
    private final SortedMap<IpPrefix, V> entries = new TreeMap<>();

    private Builder() {}

    public Builder<V> put(IpPrefix prefix, V value) {
      entries.put(prefix, value);
      return this;
    }

    public PrefixTrie<V> build() {
      return entries.isEmpty() ? empty() : new PrefixTrie<>(entries);
    }
  }
}
