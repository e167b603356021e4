package dev.meshd.bench.micro;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.PrefixTrie;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Allowed IPs: the peer of an address, and the cost of a change. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in
public class PrefixTrieBenchmark {
  private static final int MESH_V4 = 0x64400000;
  private static final long MESH_V6 = 0xfd7a115ca1e00000L;

  @Param({"10", "1000", "10000"})
  public int peers;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Map<IpPrefix, Integer> entries = new HashMap<>();
  private PrefixTrie<Integer> trie;

  @Setup(Level.Trial)
  public void prepare() {
    for (int peer = 0; peer < peers; peer++) {
      entries.put(IpPrefix.parse(IpAddress.ofV4(MESH_V4 | peer) + "/32"), peer);
      entries.put(IpPrefix.parse(IpAddress.ofV6(MESH_V6, peer) + "/128"), peer);
    }
    trie = PrefixTrie.copyOf(entries);
  }

  @Benchmark
  @AllocatesNothing
  public @Nullable Integer lookupV4() {
    return trie.lookupV4(MESH_V4 | random.nextInt(peers));
  }

  @Benchmark
  @AllocatesNothing
  public @Nullable Integer lookupV6() {
    return trie.lookupV6(MESH_V6, random.nextInt(peers));
  }

  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public PrefixTrie<Integer> build() {
    return PrefixTrie.copyOf(entries);
  }
}
