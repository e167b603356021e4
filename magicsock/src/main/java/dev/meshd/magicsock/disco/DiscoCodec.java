package dev.meshd.magicsock.disco;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Plaintext bytes of disco messages: one byte type, one byte version (0), then the body.
 *
 * <pre>
 * 01 ping           [0,12) transaction id, [12,44) sender's node key, zero padding
 * 02 pong           [0,12) transaction id, [12,30) address the ping came from
 * 03 call-me-maybe  N addresses of 18 bytes
 * address           16 bytes IPv6 or ::ffff:a.b.c.d, then the port; all big-endian
 * </pre>
 *
 * <p>Decoding accepts trailing bytes on ping and pong, ignores their version, and reads a
 * call-me-maybe of another version or an odd length as an empty list, all as the reference does. An
 * all-zero key means "absent" and counts as padding, so that a ping decodes to what was encoded.
 * Never throws on any bytes. Stateless. Source: tailscale: disco/disco.go.
 */
public final class DiscoCodec {

  static final int PING = 0x01;
  static final int PONG = 0x02;
  static final int CALL_ME_MAYBE = 0x03;

  static final int HEADER_LENGTH = 2;
  static final int ADDRESS_LENGTH = 18;
  private static final int NODE_KEY_LENGTH = 32;

  /** More addresses than this in one call-me-maybe are ignored: each one costs us a ping. */
  public static final int MAX_CALL_ME_MAYBE = 64;

  private DiscoCodec() {}

  /** Encodes a message. {@link DiscoMessage.Unsupported} cannot be sent and is a bug to pass. */
  public static byte[] encode(DiscoMessage message) {
    return switch (message) {
      case DiscoMessage.Ping ping -> encodePing(ping);
      case DiscoMessage.Pong pong -> encodePong(pong);
      case DiscoMessage.CallMeMaybe call -> encodeCallMeMaybe(call);
      case DiscoMessage.Unsupported other ->
          throw new IllegalArgumentException("not a message of ours: " + other);
    };
  }

  /** Decodes a plaintext; empty when it is too short for what it claims to be. */
  public static Optional<DiscoMessage> decode(byte[] plain) {
    if (plain.length < HEADER_LENGTH) {
      return Optional.empty();
    }
    int type = Byte.toUnsignedInt(plain[0]);
    int version = Byte.toUnsignedInt(plain[1]);
    return switch (type) {
      case PING -> decodePing(plain);
      case PONG -> decodePong(plain);
      case CALL_ME_MAYBE -> Optional.of(decodeCallMeMaybe(plain, version));
      default -> Optional.of(new DiscoMessage.Unsupported(type, version));
    };
  }

  private static byte[] encodePing(DiscoMessage.Ping ping) {
    int keyLength = ping.claimedNode().isPresent() ? NODE_KEY_LENGTH : 0;
    byte[] plain = new byte[HEADER_LENGTH + TxId.BYTES + keyLength + ping.padding()];
    plain[0] = PING;
    ping.txId().write(plain, HEADER_LENGTH);
    ping.claimedNode().ifPresent(key -> key.copyTo(plain, HEADER_LENGTH + TxId.BYTES));
    return plain;
  }

  private static Optional<DiscoMessage> decodePing(byte[] plain) {
    int keyOffset = HEADER_LENGTH + TxId.BYTES;
    if (plain.length < keyOffset) {
      return Optional.empty();
    }
    TxId txId = TxId.read(plain, HEADER_LENGTH);
    int rest = plain.length - keyOffset;
    if (rest < NODE_KEY_LENGTH) {
      return Optional.of(new DiscoMessage.Ping(txId, Optional.empty(), rest));
    }
    NodeKey key = NodeKey.of(plain, keyOffset);
    if (key.isZero()) { // padding that is long enough to be taken for a key
      return Optional.of(new DiscoMessage.Ping(txId, Optional.empty(), rest));
    }
    return Optional.of(new DiscoMessage.Ping(txId, Optional.of(key), rest - NODE_KEY_LENGTH));
  }

  private static byte[] encodePong(DiscoMessage.Pong pong) {
    byte[] plain = new byte[HEADER_LENGTH + TxId.BYTES + ADDRESS_LENGTH];
    plain[0] = PONG;
    pong.txId().write(plain, HEADER_LENGTH);
    writeAddress(pong.seenSource(), plain, HEADER_LENGTH + TxId.BYTES);
    return plain;
  }

  private static Optional<DiscoMessage> decodePong(byte[] plain) {
    if (plain.length < HEADER_LENGTH + TxId.BYTES + ADDRESS_LENGTH) {
      return Optional.empty();
    }
    TxId txId = TxId.read(plain, HEADER_LENGTH);
    return Optional.of(new DiscoMessage.Pong(txId, readAddress(plain, HEADER_LENGTH + TxId.BYTES)));
  }

  private static byte[] encodeCallMeMaybe(DiscoMessage.CallMeMaybe call) {
    List<Endpoint> endpoints = call.endpoints();
    byte[] plain = new byte[HEADER_LENGTH + endpoints.size() * ADDRESS_LENGTH];
    plain[0] = CALL_ME_MAYBE;
    for (int i = 0; i < endpoints.size(); i++) {
      writeAddress(endpoints.get(i), plain, HEADER_LENGTH + i * ADDRESS_LENGTH);
    }
    return plain;
  }

  private static DiscoMessage decodeCallMeMaybe(byte[] plain, int version) {
    int body = plain.length - HEADER_LENGTH;
    if (version != 0 || body % ADDRESS_LENGTH != 0) {
      return new DiscoMessage.CallMeMaybe(List.of());
    }
    int count = Math.min(body / ADDRESS_LENGTH, MAX_CALL_ME_MAYBE);
    List<Endpoint> endpoints = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      endpoints.add(readAddress(plain, HEADER_LENGTH + i * ADDRESS_LENGTH));
    }
    return new DiscoMessage.CallMeMaybe(endpoints);
  }

  private static void writeAddress(Endpoint endpoint, byte[] to, int offset) {
    System.arraycopy(endpoint.address().mappedBytes(), 0, to, offset, IpAddress.V6_BYTES);
    to[offset + 16] = (byte) (endpoint.port() >>> 8);
    to[offset + 17] = (byte) endpoint.port();
  }

  private static Endpoint readAddress(byte[] from, int offset) {
    IpAddress address = IpAddress.of(Arrays.copyOfRange(from, offset, offset + 16)).unmapped();
    int port = Byte.toUnsignedInt(from[offset + 16]) << 8 | Byte.toUnsignedInt(from[offset + 17]);
    return Endpoint.of(address, port);
  }
}
