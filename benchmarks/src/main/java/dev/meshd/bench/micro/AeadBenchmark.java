package dev.meshd.bench.micro;

import dev.meshd.crypto.Aead;
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

/** Sealing and opening one packet, by engine and size. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in
public class AeadBenchmark {
  private static final long HEADER = 16;

  @Param({"OPENSSL", "JCA"})
  public AeadEngine engine;

  @Param({"64", "256", "1280", "1420"})
  public int bytes;

  private Arena arena;
  private Aead sealer;
  private Aead opener;
  private MemorySegment buffer;
  private MemorySegment sealed;
  private long counter;

  @Setup(Level.Trial)
  public void prepare() {
    arena = Arena.ofConfined();
    sealer = engine.create(new byte[32]);
    opener = engine.create(new byte[32]);
    buffer = arena.allocate(HEADER + bytes + Aead.TAG_LENGTH, 64);
    sealed = arena.allocate(HEADER + bytes + Aead.TAG_LENGTH, 64);
    sealer.seal(0, sealed, HEADER, bytes);
  }

  @TearDown(Level.Trial)
  public void release() {
    sealer.close();
    opener.close();
    arena.close();
  }

  @Benchmark
  @AllocatesNothing(onlyEngine = "OPENSSL")
  public void seal() {
    sealer.seal(++counter, buffer, HEADER, bytes);
  }

  /** With the copy that puts the ciphertext back. */
  @Benchmark
  @AllocatesNothing(onlyEngine = "OPENSSL")
  public boolean open() {
    MemorySegment.copy(sealed, 0, buffer, 0, buffer.byteSize());
    return opener.open(0, buffer, HEADER, bytes + Aead.TAG_LENGTH);
  }
}
