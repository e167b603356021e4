package dev.meshd.magicsock.stun;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Binding requests and success responses.
 *
 * <pre>
 * request, 40 bytes                         response, 32 or 44 bytes
 * 0   00 01                                 0   01 01
 * 2   00 14        length of attributes     2   00 0C | 00 18
 * 4   21 12 A4 42  magic cookie             4   21 12 A4 42
 * 8   id 12                                 8   id 12
 * 20  80 22 00 08  SOFTWARE                 20  00 20          XOR-MAPPED-ADDRESS
 * 24  "tailnode"                            22  00 08 | 00 14
 * 32  80 28 00 04  FINGERPRINT              24  00, family 01 | 02
 * 36  CRC-32 of bytes 0-31 ^ 5354554E       26  port ^ 2112
 *                                           28  address ^ (2112A442 ‖ id)
 * </pre>
 *
 * <p>All big-endian. A server answers nothing but requests that carry the SOFTWARE above and end
 * with a right FINGERPRINT, so it is of no use for reflection and cannot be mistaken for a general
 * STUN server. Both attributes are where packet filters of relay operators look for them.
 *
 * <p>Stateless. Source: RFC 8489 sections 5 and 14; tailscale: net/stun/stun.go.
 */
public final class StunCodec {

  /** Length of a request. */
  public static final int REQUEST_LENGTH = 40;

  private static final int HEADER_LENGTH = 20;
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int COOKIE = 0x2112_A442;
  private static final int COOKIE_OFFSET = 4;
  private static final int ID_OFFSET = 8;
  private static final int BINDING_REQUEST = 0x0001;
  private static final int BINDING_SUCCESS = 0x0101;

  private static final int MAPPED_ADDRESS = 0x0001;
  private static final int XOR_MAPPED_ADDRESS = 0x0020;

  /** What some servers use for XOR-MAPPED-ADDRESS. */
  private static final int XOR_MAPPED_ADDRESS_OLD = 0x8020;

  private static final int SOFTWARE = 0x8022;
  private static final int FINGERPRINT = 0x8028;
  private static final int FINGERPRINT_LENGTH = 4;
  private static final int FINGERPRINT_XOR = 0x5354_554E;
  private static final byte[] TAILNODE = "tailnode".getBytes(StandardCharsets.US_ASCII);

  private static final int FAMILY_V4 = 1;
  private static final int FAMILY_V6 = 2;
  private static final int ADDRESS_OFFSET = 4;

  private StunCodec() {}

  /** A request. */
  public static byte[] request(StunTxId id) {
    byte[] request = new byte[REQUEST_LENGTH];
    ByteBuffer out = putHeader(request, BINDING_REQUEST, id);
    out.putShort((short) SOFTWARE).putShort((short) TAILNODE.length).put(TAILNODE);
    int fingerprint = fingerprint(request, out.position());
    out.putShort((short) FINGERPRINT).putShort((short) FINGERPRINT_LENGTH).putInt(fingerprint);
    return request;
  }

  /** The answer to a request that came from {@code source}, whose address is unmapped first. */
  public static byte[] response(StunTxId id, Endpoint source) {
    IpAddress address = source.address().unmapped();
    byte[] bytes = address.bytes();
    int value = ADDRESS_OFFSET + bytes.length;
    byte[] response = new byte[HEADER_LENGTH + ATTRIBUTE_HEADER + value];
    ByteBuffer out = putHeader(response, BINDING_SUCCESS, id);
    out.putShort((short) XOR_MAPPED_ADDRESS).putShort((short) value);
    out.putShort((short) (address.isV4() ? FAMILY_V4 : FAMILY_V6));
    out.putShort((short) (source.port() ^ COOKIE >>> 16));
    out.put(xored(bytes, id));
    return response;
  }

  /** The id of a request that deserves an answer; empty for anything else. */
  public static Optional<StunTxId> parseRequest(byte[] datagram) {
    if (!hasHeader(datagram, BINDING_REQUEST)) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(datagram);
    var seen = new RequestAttributes(datagram);
    boolean wellFormed = forEachAttribute(in, datagram.length, seen);
    return wellFormed && seen.tailnode && seen.rightFingerprintIsLast
        ? Optional.of(StunTxId.read(in, ID_OFFSET))
        : Optional.empty();
  }

  /** A success response with an address; empty for anything else. Surplus bytes are ignored. */
  public static Optional<StunResponse> parseResponse(byte[] datagram) {
    if (!hasHeader(datagram, BINDING_SUCCESS)) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(datagram);
    int end = HEADER_LENGTH + Short.toUnsignedInt(in.getShort(2));
    if (end > datagram.length) {
      return Optional.empty();
    }
    StunTxId id = StunTxId.read(in, ID_OFFSET);
    var seen = new ResponseAttributes(id);
    boolean wellFormed = forEachAttribute(in, end, seen);
    Endpoint mapped = seen.xorMapped != null ? seen.xorMapped : seen.mapped;
    return wellFormed && !seen.malformed && mapped != null
        ? Optional.of(new StunResponse(id, mapped))
        : Optional.empty();
  }

  private interface AttributeSink {
    /**
     * {@code offset} is where the attribute's header starts, {@code value} is its value without
     * padding.
     */
    void onAttribute(int type, int offset, ByteBuffer value);
  }

  /** Returns false if the attributes do not fill the space up to {@code end} exactly. */
  private static boolean forEachAttribute(ByteBuffer in, int end, AttributeSink sink) {
    int offset = HEADER_LENGTH;
    while (offset < end) {
      if (end - offset < ATTRIBUTE_HEADER) {
        return false;
      }
      int type = Short.toUnsignedInt(in.getShort(offset));
      int length = Short.toUnsignedInt(in.getShort(offset + 2));
      int padded = (length + 3) & ~3;
      if (end - offset - ATTRIBUTE_HEADER < padded) {
        return false;
      }
      sink.onAttribute(type, offset, in.slice(offset + ATTRIBUTE_HEADER, length));
      offset += ATTRIBUTE_HEADER + padded;
    }
    return true;
  }

  private static final class RequestAttributes implements AttributeSink {
    private final byte[] datagram;
    private boolean tailnode;
    private boolean rightFingerprintIsLast;

    RequestAttributes(byte[] datagram) {
      this.datagram = datagram;
    }

    @Override
    public void onAttribute(int type, int offset, ByteBuffer value) {
      tailnode |= type == SOFTWARE && value.equals(ByteBuffer.wrap(TAILNODE));
      rightFingerprintIsLast =
          type == FINGERPRINT
              && value.remaining() == FINGERPRINT_LENGTH
              && value.getInt(0) == fingerprint(datagram, offset);
    }
  }

  private static final class ResponseAttributes implements AttributeSink {
    private final StunTxId id;
    private @Nullable Endpoint xorMapped;
    private @Nullable Endpoint mapped;
    private boolean malformed;

    ResponseAttributes(StunTxId id) {
      this.id = id;
    }

    @Override
    public void onAttribute(int type, int offset, ByteBuffer value) {
      switch (type) {
        case XOR_MAPPED_ADDRESS, XOR_MAPPED_ADDRESS_OLD -> xorMapped = address(value, true);
        case MAPPED_ADDRESS -> mapped = address(value, false);
        default -> {}
      }
    }

    private @Nullable Endpoint address(ByteBuffer value, boolean xor) {
      int length = value.remaining() < ADDRESS_OFFSET ? -1 : addressLength(value.get(1));
      if (length < 0 || value.remaining() < ADDRESS_OFFSET + length) {
        malformed = true;
        return null;
      }
      int port = Short.toUnsignedInt(value.getShort(2));
      byte[] bytes = new byte[length];
      value.get(ADDRESS_OFFSET, bytes);
      if (xor) {
        port ^= COOKIE >>> 16;
        bytes = xored(bytes, id);
      }
      return Endpoint.of(IpAddress.of(bytes).unmapped(), port);
    }

    private static int addressLength(byte family) {
      return switch (family) {
        case FAMILY_V4 -> IpAddress.V4_BYTES;
        case FAMILY_V6 -> IpAddress.V6_BYTES;
        default -> -1;
      };
    }
  }

  private static boolean hasHeader(byte[] datagram, int type) {
    if (datagram.length < HEADER_LENGTH) {
      return false;
    }
    ByteBuffer in = ByteBuffer.wrap(datagram);
    return Short.toUnsignedInt(in.getShort(0)) == type && in.getInt(COOKIE_OFFSET) == COOKIE;
  }

  private static ByteBuffer putHeader(byte[] message, int type, StunTxId id) {
    ByteBuffer out = ByteBuffer.wrap(message);
    out.putShort((short) type);
    out.putShort((short) (message.length - HEADER_LENGTH)).putInt(COOKIE);
    id.write(out);
    return out;
  }

  private static byte[] xored(byte[] address, StunTxId id) {
    ByteBuffer mask = ByteBuffer.allocate(Integer.BYTES + StunTxId.BYTES).putInt(COOKIE);
    id.write(mask);
    byte[] out = address.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] ^= mask.get(i);
    }
    return out;
  }

  private static int fingerprint(byte[] datagram, int length) {
    var crc = new CRC32();
    crc.update(datagram, 0, length);
    return (int) crc.getValue() ^ FINGERPRINT_XOR;
  }
}
