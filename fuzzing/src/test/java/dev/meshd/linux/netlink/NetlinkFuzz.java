package dev.meshd.linux.netlink;

import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What the kernel announces of links, addresses and routes. Input: one datagram.
 *
 * <p>Checked: no more events than messages fit; an address has a prefix that fits it; the buffer is
 * left as it was.
 */
public final class NetlinkFuzz implements FuzzBody {

  @Override
  public void run(byte[] input) {
    ByteBuffer datagram = ByteBuffer.wrap(input).order(ByteOrder.nativeOrder());
    List<NetlinkEvent> events = NetlinkMonitor.decode(datagram);
    Expect.that(
        events.size() * NetlinkFormat.HEADER_BYTES <= input.length, "an event needs a message");
    Expect.same(0, datagram.position(), "the datagram is left as it was");
    for (NetlinkEvent event : events) {
      switch (event) {
        case NetlinkEvent.AddressAdded added -> added.address().prefix();
        case NetlinkEvent.AddressRemoved removed -> removed.address().prefix();
        default -> String.valueOf(event);
      }
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    byte[] v4 = {10, 0, 0, 1};
    byte[] v6 = new byte[16];
    v6[0] = (byte) 0xfd;
    byte[] name = {'e', 't', 'h', '0', 0};
    byte[] number = {5, 0, 0, 0};
    byte[] link = body(16, 4, 2);
    byte[] address4 = {2, 24, 0, 0, 2, 0, 0, 0};
    byte[] address6 = {10, 64, 0, 0, 2, 0, 0, 0};
    byte[] route4 = {2, 8, 0, 0, (byte) 254, 3, 0, 1, 0, 0, 0, 0};
    byte[] route6 = {10, 0, 0, 0, (byte) 254, 3, 0, 1, 0, 0, 0, 0};
    for (int type : new int[] {16, 17}) {
      seeds.add("link-" + type, message(type, link, attribute(3, name), attribute(4, number)));
    }
    for (int type : new int[] {20, 21}) {
      seeds.add("v4-address-" + type, message(type, address4, attribute(1, v4), attribute(2, v4)));
      seeds.add(
          "v6-address-" + type, message(type, address6, attribute(1, v6), attribute(8, number)));
    }
    for (int type : new int[] {24, 25}) {
      seeds.add(
          "v4-route-" + type,
          message(type, route4, attribute(1, v4), attribute(4, number), attribute(5, v4)));
      seeds.add("v6-route-" + type, message(type, route6, attribute(4, number), attribute(5, v6)));
    }
    seeds.add("link-without-name", message(16, link));
    seeds.add(
        "address-too-many-bits",
        message(20, new byte[] {2, 33, 0, 0, 2, 0, 0, 0}, attribute(1, v4)));
    seeds.add(
        "route-too-many-bits",
        message(24, new byte[] {2, 99, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, attribute(1, v4)));
    seeds.add("route-family-mismatch", message(24, route4, attribute(1, v6)));
    seeds.add("address-family-mismatch", message(20, address4, attribute(1, v6)));
    seeds.add("cut-body", message(20, new byte[] {2, 24}));
    seeds.add("attribute-too-long", message(20, address4, new byte[] {99, 0, 1, 0}));
    seeds.add("attribute-too-short", message(20, address4, new byte[] {1, 0, 1, 0}));
    byte[] negative = message(20, address4);
    negative[3] = (byte) 0x80;
    seeds.add("negative-length", negative);
    byte[] two = message(3, new byte[0]);
    ByteBuffer both = ByteBuffer.allocate(two.length * 2).put(two).put(two);
    seeds.add("done-twice", both.array());
  }

  private static byte[] body(int length, int at, int value) {
    byte[] body = new byte[length];
    body[at] = (byte) value;
    return body;
  }

  private static byte[] attribute(int type, byte[] value) {
    ByteBuffer out = ByteBuffer.allocate(NetlinkFormat.align(4 + value.length));
    out.order(ByteOrder.nativeOrder()).putShort((short) (4 + value.length)).putShort((short) type);
    return out.put(value).array();
  }

  private static byte[] message(int type, byte[] body, byte[]... attributes) {
    int length = NetlinkFormat.HEADER_BYTES + body.length;
    for (byte[] attribute : attributes) {
      length += attribute.length;
    }
    ByteBuffer out =
        ByteBuffer.allocate(NetlinkFormat.align(length)).order(ByteOrder.nativeOrder());
    out.putInt(length).putShort((short) type).putShort((short) 0).putInt(1).putInt(0).put(body);
    for (byte[] attribute : attributes) {
      out.put(attribute);
    }
    return out.array();
  }
}
