package dev.meshd.control.transport;

import dev.meshd.control.model.EarlyNoise;
import dev.meshd.control.model.WireJson;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What a server may send inside the channel before HTTP/2 begins.
 *
 * <pre>
 *  0  5  magic FF FF FF 'T' 'S'
 *  5  4  length, big-endian, at most 10 MiB
 *  9  n  JSON {@link EarlyNoise}
 * </pre>
 *
 * No HTTP/2 frame starts like this: the magic would announce a frame of 16 MiB. Source: tailscale:
 * control/ts2021/conn.go.
 */
final class EarlyPayload {
  static final int HEADER_LENGTH = 9;
  static final int MAX_LENGTH = 10 << 20;
  private static final byte[] MAGIC = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 'T', 'S'};

  private EarlyPayload() {}

  /** Whether the nine bytes at the reader index of {@code header} announce a payload. */
  static boolean announcedBy(ByteBuf header) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (header.getByte(header.readerIndex() + i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /** The announced length; negative or more than {@link #MAX_LENGTH} is to be refused. */
  static int length(ByteBuf header) {
    return header.getInt(header.readerIndex() + MAGIC.length);
  }

  static ByteBuf encode(EarlyNoise payload) {
    byte[] json = WireJson.encode(payload);
    return Unpooled.buffer(HEADER_LENGTH + json.length)
        .writeBytes(MAGIC)
        .writeInt(json.length)
        .writeBytes(json);
  }
}
