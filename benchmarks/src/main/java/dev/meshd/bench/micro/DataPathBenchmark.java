package dev.meshd.bench.micro;

import dev.meshd.crypto.AeadEngine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/**
 * A packet from one data path to the other without sockets and devices: header check, allowed IPs,
 * seal, receiver index, open, replay window, allowed IPs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in
public class DataPathBenchmark {
  @Param({"OPENSSL", "JCA"})
  public AeadEngine engine;

  @Param({"64", "1420"})
  public int bytes;

  private Arena arena;
  private TwoEnds ends;
  private MemorySegment packet;

  @Setup(Level.Trial)
  public void prepare() {
    arena = Arena.ofConfined();
    ends = new TwoEnds(engine, arena);
    packet = arena.allocate(bytes);
    Packets.putTcp(packet, 0, bytes, "10.0.0.1", "10.0.0.2", 5201);
    ends.a.send(packet);
    ends.a.settle();
    if (ends.b.delivered == 0) {
      throw new IllegalStateException("the two ends do not understand each other");
    }
  }

  @TearDown(Level.Trial)
  public void release() {
    arena.close();
  }

  @Benchmark
  @AllocatesNothing(onlyEngine = "OPENSSL")
  public long packetThereAndIn() {
    ends.a.send(packet);
    return ends.b.delivered;
  }
}
