package dev.meshd.bench.micro;

import dev.meshd.wireguard.transport.ReplayWindow;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The window against replays, per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplayWindowBenchmark {
  private static final long LIMIT = -1L;

  private final ReplayWindow window = new ReplayWindow();
  private long counter;

  @Benchmark
  @AllocatesNothing
  public boolean inOrder() {
    return window.accept(counter++, LIMIT);
  }

  /** Every group of eight arrives backwards. */
  @Benchmark
  @AllocatesNothing
  public boolean reordered() {
    return window.accept(counter++ ^ 7, LIMIT);
  }

  /** The same packet again. */
  @Benchmark
  @AllocatesNothing
  public boolean replayed() {
    return window.accept(0, LIMIT);
  }
}
