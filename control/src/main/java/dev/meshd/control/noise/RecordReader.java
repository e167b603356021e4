package dev.meshd.control.noise;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The receiving direction of a channel. Record boundaries carry no meaning; empty records are
 * skipped. After an exception the reader is dead and every later call throws. Owned by one thread.
 */
public final class RecordReader {
  private final RecordCipher cipher;
  private final FrameReader frames = new FrameReader();
  private boolean dead;

  RecordReader(byte[] key) {
    cipher = new RecordCipher(key);
  }

  /**
   * Takes all of {@code input} and hands on the plaintext of every record it completes.
   *
   * @param plain receives arrays it then owns, never empty ones
   * @throws NoiseException if a frame is too long, no record, or not authentic; what came before it
   *     was handed on
   */
  public void read(ByteBuffer input, Consumer<byte[]> plain) throws NoiseException {
    if (dead) {
      throw new NoiseException("the Noise channel is dead");
    }
    try {
      for (NoiseFrame frame = frames.next(input); frame != null; frame = frames.next(input)) {
        if (frame.type() != NoiseFrame.TYPE_RECORD) {
          throw new NoiseException(
              "a Noise frame of type " + frame.type() + " where a record belongs");
        }
        byte[] opened = cipher.open(frame.payload());
        if (opened.length > 0) {
          plain.accept(opened);
        }
      }
    } catch (NoiseException e) {
      dead = true;
      cipher.wipe();
      throw e;
    }
  }
}
