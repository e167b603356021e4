package dev.meshd.control.transport;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Messages of a map stream on the wire, both directions.
 *
 * <pre>
 *  0  4  length n, <em>little</em>-endian
 *  4  n  one message: JSON, or one zstd frame of JSON that shares nothing with the frames before it
 * </pre>
 *
 * Both n and the decoded size are bounded; zstd frames need not say their decoded size. Stateless,
 * thread-safe. Source: tailscale: control/controlclient/direct.go.
 */
public final class MapFrames {
  /** Value of {@code Compress} that asks for zstd. */
  public static final String ZSTD = "zstd";

  private static final int HEADER_LENGTH = 4;

  private MapFrames() {}

  /** A frame around {@code json}. */
  public static byte[] encode(byte[] json, boolean zstd) {
    if (!zstd) {
      return framed(json, json.length);
    }
    ZstdJavaCompressor compressor = new ZstdJavaCompressor();
    byte[] target = new byte[compressor.maxCompressedLength(json.length)];
    return framed(target, compressor.compress(json, 0, json.length, target, 0, target.length));
  }

  private static byte[] framed(byte[] payload, int length) {
    return ByteBuffer.allocate(HEADER_LENGTH + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .put(payload, 0, length)
        .array();
  }

  /**
   * Reads one frame's payload.
   *
   * @return empty at the orderly end of the stream
   * @throws IOException if the stream breaks, ends inside a frame, or announces none or more than
   *     {@code maxBytes} bytes
   */
  public static Optional<byte[]> read(InputStream stream, int maxBytes) throws IOException {
    byte[] header = stream.readNBytes(HEADER_LENGTH);
    if (header.length == 0) {
      return Optional.empty();
    }
    if (header.length < HEADER_LENGTH) {
      throw new EOFException("the map stream ended inside a frame header");
    }
    int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length <= 0 || length > maxBytes) {
      throw new IOException(
          "a map frame of " + Integer.toUnsignedString(length) + " bytes is not acceptable");
    }
    byte[] payload = stream.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("the map stream ended inside a frame");
    }
    return Optional.of(payload);
  }

  /**
   * Decodes a zstd payload.
   *
   * @throws IOException if it is not one, or decodes to more than {@code maxBytes}
   */
  public static byte[] decompress(byte[] payload, int maxBytes) throws IOException {
    try (InputStream zstd = new ZstdInputStream(new ByteArrayInputStream(payload))) {
      byte[] decoded = zstd.readNBytes(maxBytes);
      if (decoded.length == maxBytes && zstd.read() >= 0) {
        throw new IOException("a map message is larger than " + maxBytes + " bytes");
      }
      return decoded;
    } catch (RuntimeException e) {
      // The decoder has a dozen ways to say that its input is malformed.
      throw new IOException("a map message is not valid zstd", e);
    }
  }
}
