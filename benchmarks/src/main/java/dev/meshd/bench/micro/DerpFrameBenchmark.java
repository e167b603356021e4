package dev.meshd.bench.micro;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.codec.FrameDecoder;
import dev.meshd.derp.codec.FrameEncoder;
import dev.meshd.derp.codec.FrameType;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Relay frames with a full packet each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in
public class DerpFrameBenchmark {
  private static final int FRAMES = 10;
  private static final int PACKET_BYTES = 1312;

  private final byte[] packet = new byte[PACKET_BYTES];
  private final Counting sink = new Counting();
  private final FrameDecoder decoder = new FrameDecoder(sink);
  private NodeKey peer;
  private ByteBuffer stream;

  /** Takes every frame. */
  private static final class Counting implements FrameDecoder.Sink {
    long bytes;

    @Override
    public FrameDecoder.Verdict onHeader(FrameType type, long length) {
      return FrameDecoder.Verdict.ACCEPT;
    }

    @Override
    public void onFrame(FrameType type, ByteBuffer payload) {
      bytes += payload.remaining();
    }
  }

  @Setup(Level.Trial)
  public void prepare() {
    peer = NodePrivateKey.generate().publicKey();
    byte[] frame = FrameEncoder.sendPacket(peer, packet);
    stream = ByteBuffer.allocate(frame.length * FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      stream.put(frame);
    }
  }

  @Benchmark
  public byte[] encode() {
    return FrameEncoder.sendPacket(peer, packet);
  }

  /** Of ten frames that came in one read. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long decode() {
    stream.flip().limit(stream.capacity());
    decoder.feed(stream);
    return sink.bytes;
  }
}
