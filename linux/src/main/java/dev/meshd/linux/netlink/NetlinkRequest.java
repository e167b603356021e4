package dev.meshd.linux.netlink;

import dev.meshd.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes one rtnetlink message: the header, a fixed part, then attributes (layout in {@link
 * NetlinkFormat}). Used once, by one thread.
 */
final class NetlinkRequest {
  /** Far more than the largest request here: a route with every attribute takes 100 bytes. */
  private static final int MAX_BYTES = 512;

  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.nativeOrder());
  private final String attempt;

  /** {@code attempt} completes "cannot …" in the exception when the kernel refuses. */
  NetlinkRequest(String attempt, int type, int flags) {
    this.attempt = attempt;
    buffer.putInt(0).putShort((short) type).putShort((short) (NetlinkFormat.NLM_F_REQUEST | flags));
    buffer.putInt(0).putInt(0);
  }

  String attempt() {
    return attempt;
  }

  NetlinkRequest linkPart(int index, int flags, int change) {
    buffer.put((byte) NetlinkFormat.AF_UNSPEC).put((byte) 0).putShort((short) 0);
    buffer.putInt(index).putInt(flags).putInt(change);
    return this;
  }

  NetlinkRequest addressPart(int family, int bits, int index) {
    buffer.put((byte) family).put((byte) bits).put((byte) 0);
    buffer.put((byte) NetlinkFormat.RT_SCOPE_UNIVERSE).putInt(index);
    return this;
  }

  NetlinkRequest routePart(int family, int bits, int table, int protocol, int scope, int type) {
    int shortTable = table <= 0xff ? table : 0;
    buffer.put((byte) family).put((byte) bits).put((byte) 0).put((byte) 0);
    buffer.put((byte) shortTable).put((byte) protocol).put((byte) scope).put((byte) type);
    buffer.putInt(0);
    return this;
  }

  NetlinkRequest attribute(int type, int value) {
    header(type, Integer.BYTES);
    buffer.putInt(value);
    return this;
  }

  NetlinkRequest attribute(int type, IpAddress value) {
    return attribute(type, value.bytes());
  }

  /** A string attribute, with its closing zero. */
  NetlinkRequest attribute(int type, String value) {
    return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
  }

  private NetlinkRequest attribute(int type, byte[] value) {
    header(type, value.length);
    buffer.put(value);
    while (buffer.position() % 4 != 0) {
      buffer.put((byte) 0);
    }
    return this;
  }

  private void header(int type, int dataBytes) {
    buffer.putShort((short) (NetlinkFormat.ATTRIBUTE_HEADER_BYTES + dataBytes));
    buffer.putShort((short) type);
  }

  /** The whole message, with its length and the given sequence number filled in. */
  ByteBuffer finish(int sequence) {
    ByteBuffer message = buffer.duplicate().order(ByteOrder.nativeOrder()).flip();
    message.putInt(0, message.limit()).putInt(8, sequence);
    return message;
  }
}
