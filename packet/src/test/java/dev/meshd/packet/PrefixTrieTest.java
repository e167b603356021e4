package dev.meshd.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrefixTrieTest {
  @Test
  void longestPrefixWins() {
    PrefixTrie<String> trie =
        PrefixTrie.<String>builder()
            .put(IpPrefix.parse("0.0.0.0/0"), "default")
            .put(IpPrefix.parse("10.0.0.0/8"), "ten")
            .put(IpPrefix.parse("10.1.0.0/16"), "ten one")
            .put(IpPrefix.parse("10.1.2.3/32"), "host")
            .put(IpPrefix.parse("fd00::/8"), "ula")
            .build();
    assertThat(trie.lookup(IpAddress.parse("8.8.8.8"))).isEqualTo("default");
    assertThat(trie.lookup(IpAddress.parse("10.9.9.9"))).isEqualTo("ten");
    assertThat(trie.lookup(IpAddress.parse("10.1.9.9"))).isEqualTo("ten one");
    assertThat(trie.lookup(IpAddress.parse("10.1.2.3"))).isEqualTo("host");
    assertThat(trie.lookup(IpAddress.parse("fd00::1"))).isEqualTo("ula");
    assertThat(trie.lookup(IpAddress.parse("2001:db8::1"))).isNull();
  }

  @Test
  void emptyTrieFindsNothing() {
    assertThat(PrefixTrie.empty().lookupV4(1)).isNull();
    assertThat(PrefixTrie.empty().lookupV6(1, 1)).isNull();
  }

  @Test
  void ofTwoValuesForOnePrefixTheLaterWins() {
    IpPrefix prefix = IpPrefix.parse("10.0.0.0/8");
    PrefixTrie<Integer> trie = PrefixTrie.<Integer>builder().put(prefix, 1).put(prefix, 2).build();
    assertThat(trie.size()).isEqualTo(1);
    assertThat(trie.lookup(IpAddress.parse("10.0.0.1"))).isEqualTo(2);
  }

  @Property(tries = 2000)
  void agreesWithASearchThroughTheList(
      @ForAll("prefixLists") List<IpPrefix> prefixes, @ForAll("probes") List<IpAddress> probes) {
    PrefixTrie.Builder<IpPrefix> builder = PrefixTrie.builder();
    prefixes.forEach(prefix -> builder.put(prefix, prefix));
    PrefixTrie<IpPrefix> trie = builder.build();
    List<IpAddress> all = new ArrayList<>(probes);
    prefixes.forEach(prefix -> all.add(prefix.address()));
    for (IpAddress probe : all) {
      assertThat(trie.lookup(probe)).isEqualTo(longestIn(prefixes, probe));
    }
  }

  private static @Nullable IpPrefix longestIn(List<IpPrefix> prefixes, IpAddress probe) {
    return prefixes.stream()
        .filter(prefix -> prefix.contains(probe))
        .max(Comparator.comparingInt(IpPrefix::bits))
        .orElse(null);
  }

  @Test
  void lookupAllocatesNothing() {
    SplittableRandom random = new SplittableRandom(7);
    PrefixTrie.Builder<String> builder = PrefixTrie.builder();
    for (int i = 0; i < 500; i++) {
      builder.put(IpPrefix.of(IpAddress.ofV4(random.nextInt()), 8 + i % 25), "v4");
      builder.put(IpPrefix.of(IpAddress.ofV6(random.nextLong(), i), 16 + i % 113), "v6");
    }
    PrefixTrie<String> trie = builder.build();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    lookUpMany(trie);
    long before = threads.getCurrentThreadAllocatedBytes();
    int found = lookUpMany(trie);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(found).isPositive();
    assertThat(allocated).as("bytes allocated by 200,000 lookups").isLessThan(1000);
  }

  private static int lookUpMany(PrefixTrie<String> trie) {
    int found = 0;
    for (int i = 0; i < 100_000; i++) {
      found += trie.lookupV4(i * 0x9e3779b9) != null ? 1 : 0;
      found += trie.lookupV6(i * 0x9e3779b97f4a7c15L, i) != null ? 1 : 0;
    }
    return found;
  }

  /** Few distinct bits, so that prefixes nest, share beginnings and repeat. */
  private static Arbitrary<IpAddress> clustered() {
    Arbitrary<IpAddress> v4 =
        Arbitraries.integers()
            .between(0, 15)
            .tuple2()
            .map(n -> IpAddress.ofV4(n.get1() << 28 | n.get2() << 14 | n.get1()));
    Arbitrary<IpAddress> v6 =
        Arbitraries.longs()
            .between(0, 7)
            .tuple2()
            .map(n -> IpAddress.ofV6(n.get1() << 61 | n.get2(), n.get2() << 62 | n.get1()));
    return Arbitraries.oneOf(v4, v6, IpAddressTest.addresses());
  }

  @Provide
  static Arbitrary<List<IpAddress>> probes() {
    return clustered().list().ofMaxSize(20);
  }

  @Provide
  static Arbitrary<List<IpPrefix>> prefixLists() {
    return Combinators.combine(clustered(), Arbitraries.integers().between(0, 128))
        .as((address, bits) -> IpPrefix.of(address, Math.min(bits, address.bitLength())))
        .list()
        .ofMaxSize(40);
  }
}
