package dev.meshd.control.noise;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames; holds at most one unfinished frame. Owned by the thread of its
 * connection.
 */
final class FrameReader {
  private final byte[] frame = new byte[NoiseFrame.MAX_LENGTH];
  private int filled;

  /**
   * Takes bytes from {@code input} until a frame is complete or the input is empty.
   *
   * @return the frame, or null when more bytes are needed
   * @throws NoiseException if a header announces more than {@link NoiseFrame#MAX_LENGTH}
   */
  @Nullable NoiseFrame next(ByteBuffer input) throws NoiseException {
    take(input, NoiseFrame.HEADER_LENGTH);
    if (filled < NoiseFrame.HEADER_LENGTH) {
      return null;
    }
    int length = NoiseFrame.HEADER_LENGTH + NoiseFrame.unsignedShort(frame, 1);
    if (length > NoiseFrame.MAX_LENGTH) {
      throw new NoiseException("a Noise frame of " + length + " bytes is longer than allowed");
    }
    take(input, length);
    if (filled < length) {
      return null;
    }
    filled = 0;
    return new NoiseFrame(
        frame[0] & 0xff, Arrays.copyOfRange(frame, NoiseFrame.HEADER_LENGTH, length));
  }

  private void take(ByteBuffer input, int upTo) {
    int count = Math.min(input.remaining(), upTo - filled);
    if (count > 0) {
      input.get(frame, filled, count);
      filled += count;
    }
  }
}
