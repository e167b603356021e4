package dev.meshd.linux.netlink;

import dev.meshd.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The attributes of a message, by type. Of a repeated type the last counts; a broken length ends
 * the list; an attribute of the wrong size reads as absent.
 */
final class Attributes {
  private static final int TYPE_MASK = 0x3fff; // above are the NESTED and NET_BYTEORDER flags

  private final Map<Integer, ByteBuffer> byType = new HashMap<>();

  private Attributes() {}

  /** Reads the attributes from {@code offset} to the end of the payload. */
  static Attributes parse(ByteBuffer payload, int offset) {
    Attributes attributes = new Attributes();
    int at = offset;
    int end = payload.limit();
    while (end - at >= NetlinkFormat.ATTRIBUTE_HEADER_BYTES) {
      int length = Short.toUnsignedInt(payload.getShort(at));
      if (length < NetlinkFormat.ATTRIBUTE_HEADER_BYTES || length > end - at) {
        break;
      }
      int type = payload.getShort(at + 2) & TYPE_MASK;
      int header = NetlinkFormat.ATTRIBUTE_HEADER_BYTES;
      attributes.byType.put(type, payload.slice(at + header, length - header));
      at += NetlinkFormat.align(length);
    }
    return attributes;
  }

  Optional<Integer> number(int type) {
    return bytes(type, Integer.BYTES).map(b -> b.order(ByteOrder.nativeOrder()).getInt(0));
  }

  Optional<String> text(int type) {
    return Optional.ofNullable(byType.get(type))
        .map(b -> StandardCharsets.UTF_8.decode(b.duplicate()).toString())
        .map(s -> s.indexOf(0) < 0 ? s : s.substring(0, s.indexOf(0)));
  }

  /** An address of 4 or 16 bytes. */
  Optional<IpAddress> address(int type) {
    return bytes(type, IpAddress.V4_BYTES)
        .or(() -> bytes(type, IpAddress.V6_BYTES))
        .map(
            b -> {
              byte[] raw = new byte[b.remaining()];
              b.get(raw);
              return IpAddress.of(raw);
            });
  }

  /** The attributes inside an attribute; none if it is absent. */
  Attributes nested(int type) {
    ByteBuffer inner = byType.get(type);
    return inner == null
        ? new Attributes()
        : parse(inner.duplicate().order(ByteOrder.nativeOrder()), 0);
  }

  private Optional<ByteBuffer> bytes(int type, int length) {
    ByteBuffer value = byType.get(type);
    return value == null || value.limit() != length
        ? Optional.empty()
        : Optional.of(value.duplicate());
  }
}
