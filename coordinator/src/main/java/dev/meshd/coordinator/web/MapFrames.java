package dev.meshd.coordinator.web;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.WireJson;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Map messages as they stand in a map stream. Stateless.
 *
 * <pre>
 *  offset  size
 *  0       4     length n of what follows, little-endian
 *  4       n     JSON, or one zstd frame of it when the client asked for zstd; frames share no context
 * </pre>
 */
final class MapFrames {
  /** The value of {@code Compress} that asks for zstd. */
  static final String ZSTD = "zstd";

  private static final int LENGTH_BYTES = 4;
  private static final byte[] KEEP_ALIVE = encode(MapResponse.KEEP_ALIVE, false);
  private static final byte[] KEEP_ALIVE_ZSTD = encode(MapResponse.KEEP_ALIVE, true);

  private MapFrames() {}

  static byte[] frame(MapResponse message, boolean zstd) {
    if (message.keepAlive()) {
      return (zstd ? KEEP_ALIVE_ZSTD : KEEP_ALIVE).clone();
    }
    return encode(message, zstd);
  }

  private static byte[] encode(MapResponse message, boolean zstd) {
    byte[] json = WireJson.encode(message);
    if (!zstd) {
      return ByteBuffer.allocate(LENGTH_BYTES + json.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(json.length)
          .put(json)
          .array();
    }
    ZstdCompressor compressor = ZstdCompressor.create();
    byte[] frame = new byte[LENGTH_BYTES + compressor.maxCompressedLength(json.length)];
    int length =
        compressor.compress(json, 0, json.length, frame, LENGTH_BYTES, frame.length - LENGTH_BYTES);
    ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(length);
    return Arrays.copyOf(frame, LENGTH_BYTES + length);
  }
}
