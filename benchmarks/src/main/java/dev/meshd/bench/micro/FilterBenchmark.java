package dev.meshd.bench.micro;

import dev.meshd.engine.filter.FilterPolicy;
import dev.meshd.engine.filter.FilterRule;
import dev.meshd.engine.filter.RuleFilter;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.Ipv4View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Header checks and the packet filter, per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in
public class FilterBenchmark {
  private static final String SELF = "100.64.0.1";
  private static final String PEER = "100.64.0.2";
  private static final int PORT = 5201;
  private static final int LENGTH = 1280;

  /** Rules before the one that lets UDP in. */
  @Param({"0", "100"})
  public int otherRules;

  private final RuleFilter filter = new RuleFilter();
  private Arena arena;
  private MemorySegment outbound;
  private MemorySegment inboundTcp;
  private MemorySegment inboundUdp;
  private long nowNs;

  @Setup(Level.Trial)
  public void prepare() {
    arena = Arena.ofConfined();
    outbound = arena.allocate(LENGTH);
    inboundTcp = arena.allocate(LENGTH);
    inboundUdp = arena.allocate(LENGTH);
    Packets.putTcp(outbound, 0, LENGTH, SELF, "100.64.0.9", PORT);
    Packets.makeUdp(outbound, 0);
    Packets.putTcp(inboundTcp, 0, LENGTH, PEER, SELF, PORT);
    Packets.putTcp(inboundUdp, 0, LENGTH, PEER, SELF, PORT);
    Packets.makeUdp(inboundUdp, 0);
    List<FilterRule> rules = new ArrayList<>();
    for (int rule = 0; rule < otherRules; rule++) {
      rules.add(rule("100.64.1." + rule, 1000 + rule));
    }
    rules.add(rule(PEER, PORT));
    filter.update(new FilterPolicy(rules, List.of(IpPrefix.parse(SELF + "/32")), Map.of(), false));
  }

  private static FilterRule rule(String from, int port) {
    return new FilterRule(
        List.of(from), List.of(new FilterRule.Destination(SELF, port, port)), List.of(), false);
  }

  @TearDown(Level.Trial)
  public void release() {
    arena.close();
  }

  @Benchmark
  @AllocatesNothing
  public boolean headerCheck() {
    return Ipv4View.isValid(inboundTcp, 0, LENGTH);
  }

  /** Notes the flow, so that replies pass. */
  @Benchmark
  @AllocatesNothing
  public boolean outboundUdp() {
    return filter.allowsOutbound(outbound, 0, LENGTH, nowNs += 1000);
  }

  /** Of a connection that exists. */
  @Benchmark
  @AllocatesNothing
  public boolean inboundTcp() {
    return filter.allowsInbound(inboundTcp, 0, LENGTH, nowNs += 1000);
  }

  /** Goes through the rules. */
  @Benchmark
  @AllocatesNothing
  public boolean inboundUdp() {
    return filter.allowsInbound(inboundUdp, 0, LENGTH, nowNs += 1000);
  }
}
