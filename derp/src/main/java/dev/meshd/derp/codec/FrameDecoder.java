package dev.meshd.derp.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a byte stream into frames, whatever the chunking.
 *
 * <pre>
 * offset  size  field
 * 0       1     frame type
 * 1       4     payload length, big-endian, without these five bytes
 * 5       n     payload
 * </pre>
 *
 * <p>The sink judges each header before any of the payload is kept. A skipped payload is thrown
 * away as it streams by, up to the 4 GiB the header can announce, and an accepted one is buffered
 * in steps as it arrives, so a header alone never allocates what it announces. A rejected header
 * ends the stream: there is no way to resynchronise.
 *
 * <p>A payload that lies whole inside one chunk is handed over as a view of that chunk, without a
 * copy.
 *
 * <p>Owned by the thread of its connection.
 */
public final class FrameDecoder {

  /** Bytes before the payload. */
  public static final int HEADER_LENGTH = 5;

  private static final int FIRST_STEP = 4096;
  private static final byte[] NOTHING = new byte[0];

  /** What to do with a frame whose header has been read. */
  public enum Verdict {
    /** Collect the payload and hand it over. */
    ACCEPT,
    /** Read the payload and forget it. */
    SKIP,
    /** The stream is beyond repair. */
    REJECT
  }

  /** Where frames go. */
  public interface Sink {

    /**
     * Judges a header. {@code length} is between 0 and 2^32-1; accept none beyond {@link
     * Integer#MAX_VALUE}.
     */
    Verdict onHeader(FrameType type, long length);

    /**
     * Takes an accepted frame. The payload, position 0 to limit, is big-endian and borrowed until
     * return.
     */
    void onFrame(FrameType type, ByteBuffer payload);
  }

  private enum State {
    HEADER,
    PAYLOAD,
    SKIPPING,
    STOPPED
  }

  private final Sink sink;
  private State state = State.HEADER;
  private final byte[] header = new byte[HEADER_LENGTH];
  private int headerFilled;
  private FrameType type = FrameType.UNKNOWN;
  private long remaining;
  private byte[] payload = NOTHING;
  private int payloadFilled;

  public FrameDecoder(Sink sink) {
    this.sink = sink;
  }

  /**
   * Consumes all of {@code chunk}, calling the sink for what becomes complete.
   *
   * @return false once the stream was rejected or {@linkplain #stop() stopped}; further bytes are
   *     then ignored
   */
  public boolean feed(ByteBuffer chunk) {
    while (chunk.hasRemaining() && state != State.STOPPED) {
      switch (state) {
        case HEADER -> readHeader(chunk);
        case PAYLOAD -> readPayload(chunk);
        case SKIPPING -> skip(chunk);
        case STOPPED -> throw new AssertionError("the loop has ended");
      }
    }
    return state != State.STOPPED;
  }

  /** Ignores everything from here on. May be called from the sink. */
  public void stop() {
    state = State.STOPPED;
    payload = NOTHING;
  }

  private void readHeader(ByteBuffer chunk) {
    int taken = Math.min(HEADER_LENGTH - headerFilled, chunk.remaining());
    chunk.get(header, headerFilled, taken);
    headerFilled += taken;
    if (headerFilled < HEADER_LENGTH) {
      return;
    }
    headerFilled = 0;
    type = FrameType.fromWire(header[0]);
    remaining = ByteBuffer.wrap(header).getInt(1) & 0xFFFF_FFFFL;
    Verdict verdict = sink.onHeader(type, remaining);
    if (state == State.STOPPED) {
      return;
    }
    switch (verdict) {
      case REJECT -> stop();
      case SKIP -> state = remaining == 0 ? State.HEADER : State.SKIPPING;
      case ACCEPT -> {
        payloadFilled = 0;
        state = State.PAYLOAD;
        if (remaining == 0) {
          deliver(ByteBuffer.wrap(NOTHING));
        }
      }
    }
  }

  private void readPayload(ByteBuffer chunk) {
    if (payloadFilled == 0 && chunk.remaining() >= remaining) {
      ByteBuffer whole = chunk.slice(chunk.position(), (int) remaining);
      chunk.position(chunk.position() + (int) remaining);
      deliver(whole);
      return;
    }
    int taken = (int) Math.min(remaining - payloadFilled, chunk.remaining());
    reserve(payloadFilled + taken);
    chunk.get(payload, payloadFilled, taken);
    payloadFilled += taken;
    if (payloadFilled == remaining) {
      byte[] collected = payload;
      payload = NOTHING;
      deliver(ByteBuffer.wrap(collected, 0, payloadFilled).slice());
      // The buffer is worth keeping for the next split frame, unless the sink gave up or it is out
      // of the ordinary.
      if (state != State.STOPPED && collected.length <= 2 * DerpLimits.MAX_PACKET) {
        payload = collected;
      }
    }
  }

  private void deliver(ByteBuffer whole) {
    state = State.HEADER;
    sink.onFrame(type, whole);
  }

  private void skip(ByteBuffer chunk) {
    int passed = (int) Math.min(remaining, chunk.remaining());
    chunk.position(chunk.position() + passed);
    remaining -= passed;
    if (remaining == 0) {
      state = State.HEADER;
    }
  }

  private void reserve(int needed) {
    if (payload.length >= needed) {
      return;
    }
    long doubled = Math.max(Math.max(FIRST_STEP, needed), 2L * payload.length);
    payload = Arrays.copyOf(payload, (int) Math.min(doubled, remaining));
  }
}
