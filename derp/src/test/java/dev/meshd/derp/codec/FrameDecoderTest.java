package dev.meshd.derp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.derp.codec.FrameDecoder.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private static final int LIMIT = 1000;

  /** Accepts short frames, skips unknown ones, rejects the rest. */
  private static final class Recorder implements FrameDecoder.Sink {
    final List<String> frames = new ArrayList<>();
    final FrameDecoder decoder = new FrameDecoder(this);

    @Override
    public Verdict onHeader(FrameType type, long length) {
      if (type == FrameType.UNKNOWN) {
        return Verdict.SKIP;
      }
      return length <= LIMIT ? Verdict.ACCEPT : Verdict.REJECT;
    }

    @Override
    public void onFrame(FrameType type, ByteBuffer payload) {
      byte[] bytes = new byte[payload.remaining()];
      payload.get(bytes);
      frames.add(type + " " + HexFormat.of().formatHex(bytes));
    }
  }

  @Property
  void chunkingMakesNoDifference(
      @ForAll @Size(max = 12) List<@IntRange(max = LIMIT) Integer> lengths, @ForAll long seed) {
    var random = new Random(seed);
    var stream = new ByteArrayOutputStream();
    List<String> expected = new ArrayList<>();
    for (int length : lengths) {
      byte[] payload = new byte[length];
      random.nextBytes(payload);
      boolean known = random.nextBoolean();
      byte[] frame = FrameEncoder.frame(FrameType.SEND_PACKET, payload);
      if (known) {
        expected.add("SEND_PACKET " + HexFormat.of().formatHex(payload));
      } else {
        frame[0] = 0x7F;
      }
      stream.writeBytes(frame);
    }
    byte[] all = stream.toByteArray();
    var recorder = new Recorder();
    for (int at = 0; at < all.length; ) {
      int size = Math.min(1 + random.nextInt(random.nextBoolean() ? 7 : 2000), all.length - at);
      assertThat(recorder.decoder.feed(ByteBuffer.wrap(all, at, size))).isTrue();
      at += size;
    }
    assertThat(recorder.frames).isEqualTo(expected);
  }

  @Property
  void survivesAnyBytes(
      @ForAll @Size(max = 400) byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int chunk) {
    var recorder = new Recorder();
    boolean alive = true;
    for (int at = 0; at < bytes.length; at += chunk) {
      ByteBuffer next = ByteBuffer.wrap(bytes, at, Math.min(chunk, bytes.length - at));
      boolean still = recorder.decoder.feed(next);
      assertThat(still && !alive).as("a stopped decoder stays stopped").isFalse();
      assertThat(!still || !next.hasRemaining()).as("everything is consumed").isTrue();
      alive = still;
    }
  }

  @Test
  void skipsAnUnknownFrameOfAnyLengthWithoutKeepingIt() {
    var recorder = new Recorder();
    byte[] header = {0x55, 0, 0x10, 0, 0};
    recorder.decoder.feed(ByteBuffer.wrap(header));
    for (int i = 0; i < 1024; i++) {
      recorder.decoder.feed(ByteBuffer.wrap(new byte[1024]));
    }
    recorder.decoder.feed(ByteBuffer.wrap(FrameEncoder.keepAlive()));
    assertThat(recorder.frames).containsExactly("KEEP_ALIVE ");
  }

  @Test
  void waitsForALengthThatNeverComes() {
    var recorder = new Recorder();
    byte[] header = {0x55, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
    assertThat(recorder.decoder.feed(ByteBuffer.wrap(header))).isTrue();
    assertThat(recorder.frames).isEmpty();
  }

  @Test
  void rejectsBeforeThePayload() {
    var recorder = new Recorder();
    byte[] header = {0x04, 0, 0, 0x03, (byte) 0xE9};
    assertThat(recorder.decoder.feed(ByteBuffer.wrap(header))).isFalse();
    assertThat(recorder.decoder.feed(ByteBuffer.wrap(FrameEncoder.keepAlive()))).isFalse();
    assertThat(recorder.frames).isEmpty();
  }

  @Test
  void typesAreTotal() {
    for (int code = 0; code < 256; code++) {
      FrameType type = FrameType.fromWire(code);
      assertThat(type == FrameType.UNKNOWN || type.code() == code).isTrue();
    }
  }
}
