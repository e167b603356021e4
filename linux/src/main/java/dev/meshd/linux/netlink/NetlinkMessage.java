package dev.meshd.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One message from the kernel, header taken off (layout in {@link NetlinkFormat}).
 *
 * @param payload the bytes after the header; every reader takes a {@link #body} of its own
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {
  /** Cuts a datagram into its messages; stops at the first whose length cannot be right. */
  static List<NetlinkMessage> split(ByteBuffer datagram) {
    List<NetlinkMessage> messages = new ArrayList<>();
    int at = 0;
    int end = datagram.limit();
    while (end - at >= NetlinkFormat.HEADER_BYTES) {
      int length = datagram.getInt(at);
      if (length < NetlinkFormat.HEADER_BYTES || length > end - at) {
        break;
      }
      int payloadBytes = length - NetlinkFormat.HEADER_BYTES;
      messages.add(
          new NetlinkMessage(
              Short.toUnsignedInt(datagram.getShort(at + 4)),
              Short.toUnsignedInt(datagram.getShort(at + 6)),
              datagram.getInt(at + 8),
              datagram.slice(at + NetlinkFormat.HEADER_BYTES, payloadBytes)));
      at += NetlinkFormat.align(length);
    }
    return messages;
  }

  /** A view of the payload in native byte order. */
  ByteBuffer body() {
    return payload.duplicate().order(ByteOrder.nativeOrder());
  }

  boolean isDumpInterrupted() {
    return (flags & NetlinkFormat.NLM_F_DUMP_INTERRUPTED) != 0;
  }

  /** For NLMSG_ERROR and NLMSG_DONE: the error number, 0 for success. */
  int errno() {
    return payload.limit() < Integer.BYTES ? 0 : -body().getInt(0);
  }
}
