package dev.meshd.control.noise;

import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records of the control channel. Input: a byte how many bytes come at a time, then parts: a byte
 * and a piece each, where a 0 passes the piece on as it is and anything else seals it first.
 *
 * <p>Checked: what is sealed comes out, in order, until the first part that is not; the way the
 * bytes are cut does not matter; no frame is longer than its two length bytes can say.
 */
public final class NoiseRecordFuzz implements FuzzBody {

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    int step = in.u8() + 1;
    byte[] key = key();
    RecordWriter writer = new RecordWriter(key);
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    boolean allSealed = true;
    while (in.hasMore()) {
      boolean seal = in.u8() != 0;
      byte[] piece = in.piece();
      if (seal) {
        ByteBuffer plain = ByteBuffer.wrap(piece);
        while (plain.hasRemaining()) {
          wire.writeBytes(writer.write(plain));
        }
        if (allSealed) {
          sealed.writeBytes(piece);
        }
      } else {
        allSealed &= piece.length == 0;
        wire.writeBytes(piece);
      }
    }
    byte[] whole = read(wire.toByteArray(), Integer.MAX_VALUE);
    byte[] cut = read(wire.toByteArray(), step);
    Expect.that(Arrays.equals(whole, cut), "cutting the stream changes nothing");
    Expect.that(
        allSealed
            ? Arrays.equals(whole, sealed.toByteArray())
            : Arrays.equals(Arrays.copyOf(whole, sealed.size()), sealed.toByteArray()),
        "what was sealed comes out");
    Expect.same(
        frames(wire.toByteArray(), Integer.MAX_VALUE), frames(wire.toByteArray(), step), "frames");
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    return key;
  }

  private static byte[] read(byte[] wire, int step) {
    RecordReader reader = new RecordReader(key());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      for (int at = 0; at < wire.length; at += Math.min(step, wire.length - at)) {
        reader.read(ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at)), out::writeBytes);
      }
    } catch (NoiseException theStreamIsOver) {
      // As documented: nothing after it can be read.
    }
    return out.toByteArray();
  }

  /** Type and length of every whole frame before the first bad one. */
  private static List<String> frames(byte[] wire, int step) {
    List<String> frames = new ArrayList<>();
    FrameReader reader = new FrameReader();
    try {
      for (int at = 0; at < wire.length; at += Math.min(step, wire.length - at)) {
        ByteBuffer chunk = ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at));
        for (NoiseFrame frame = reader.next(chunk); frame != null; frame = reader.next(chunk)) {
          Expect.that(frame.payload().length <= 0xffff, "a frame has two bytes of length");
          frames.add(frame.type() + ":" + frame.payload().length);
        }
      }
    } catch (NoiseException theStreamIsOver) {
      frames.add("refused");
    }
    return frames;
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    byte[] text = "GET /machine/map".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    seeds.add("empty", new byte[] {3});
    seeds.add("one-sealed", new FuzzOutput().u8(255).u8(1).piece(text).done());
    seeds.add("one-sealed-by-byte", new FuzzOutput().u8(0).u8(1).piece(text).done());
    seeds.add("two-sealed", new FuzzOutput().u8(6).u8(1).piece(text).u8(1).piece(text).done());
    seeds.add(
        "sealed-then-garbage", new FuzzOutput().u8(6).u8(1).piece(text).u8(0).piece(text).done());
    seeds.add("large-sealed", new FuzzOutput().u8(99).u8(1).piece(new byte[5000]).done());
    for (int type = 0; type < 6; type++) {
      byte[] frame = new FuzzOutput().u8(type).piece(new byte[20]).done();
      seeds.add("frame-type-" + type, new FuzzOutput().u8(2).u8(0).piece(frame).done());
    }
    byte[] tooLong = new FuzzOutput().u8(4).u16(0xffff).bytes(new byte[30]).done();
    seeds.add("longest-announced", new FuzzOutput().u8(2).u8(0).piece(tooLong).done());
    byte[] tooShort = new FuzzOutput().u8(4).u16(3).bytes(new byte[3]).done();
    seeds.add("shorter-than-a-tag", new FuzzOutput().u8(2).u8(0).piece(tooShort).done());
  }
}
