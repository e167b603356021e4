package dev.meshd.coordinator.web;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.transport.MapFrames;

/**
 * Map messages as {@link MapFrames}; the keep-alive, which every stream sends again and again, is
 * encoded once. Stateless.
 */
final class MapMessages {
  private static final byte[] KEEP_ALIVE = encode(MapResponse.KEEP_ALIVE, false);
  private static final byte[] KEEP_ALIVE_ZSTD = encode(MapResponse.KEEP_ALIVE, true);

  private MapMessages() {}

  static byte[] frame(MapResponse message, boolean zstd) {
    if (message.keepAlive()) {
      return (zstd ? KEEP_ALIVE_ZSTD : KEEP_ALIVE).clone();
    }
    return encode(message, zstd);
  }

  private static byte[] encode(MapResponse message, boolean zstd) {
    return MapFrames.encode(WireJson.encode(message), zstd);
  }
}
