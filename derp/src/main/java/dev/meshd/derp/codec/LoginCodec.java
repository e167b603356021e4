package dev.meshd.derp.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.meshd.crypto.NaclBox;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.WeakKeyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The three login messages.
 *
 * <pre>
 * server key    magic 8 | server public key 32 | surplus, ignored
 * client info   client public key 32 | sealed JSON, client to server
 * server info   sealed JSON, server to client
 *
 * sealed        nonce 24 | Poly1305 tag 16 | ciphertext       (NaCl crypto_box with the two node-type keys)
 * </pre>
 *
 * <p>Parsing never throws: whatever is too short, does not open or is not the JSON expected is
 * empty. JSON names match without regard to case and unknown members are ignored, as the peers in
 * the field do.
 *
 * <p>Stateless. Source: tailscale derp/derp.go, types/key/node.go.
 */
public final class LoginCodec {

  private static final byte[] MAGIC = {
    0x44, 0x45, 0x52, 0x50, (byte) 0xF0, (byte) 0x9F, (byte) 0x94, (byte) 0x91
  };
  private static final int NONCE_LENGTH = 24;
  private static final int TAG_LENGTH = 16;

  /** Payload of the shortest possible server key. */
  static final int SERVER_KEY_LENGTH = MAGIC.length + DerpLimits.KEY_LENGTH;

  /**
   * Payload of the shortest client info a server reads; what is too short for a tag does not open
   * anyway.
   */
  static final int MIN_CLIENT_INFO = DerpLimits.KEY_LENGTH + NONCE_LENGTH;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** A client info that opened: the key is proven to be the sender's. */
  public record ClientLogin(NodeKey key, ClientInfo info) {}

  private LoginCodec() {}

  /** The frame that opens every connection. */
  public static byte[] serverKey(NodeKey server) {
    return FrameEncoder.frame(FrameType.SERVER_KEY, MAGIC, server.bytes());
  }

  public static Optional<NodeKey> parseServerKey(ByteBuffer payload) {
    if (payload.remaining() < SERVER_KEY_LENGTH || !takeBytes(payload, MAGIC.length, MAGIC)) {
      return Optional.empty();
    }
    return Optional.of(takeKey(payload)).filter(key -> !key.isZero());
  }

  /** The frame by which a client logs in. */
  public static byte[] clientInfo(
      NodePrivateKey client, NodeKey server, ClientInfo info, SecureRandomSource random) {
    byte[] sealed = seal(client, server, toJson(info), random);
    return FrameEncoder.frame(FrameType.CLIENT_INFO, client.publicKey().bytes(), sealed);
  }

  public static Optional<ClientLogin> parseClientInfo(NodePrivateKey server, ByteBuffer payload) {
    if (payload.remaining() < MIN_CLIENT_INFO) {
      return Optional.empty();
    }
    NodeKey client = takeKey(payload);
    return open(server, client, payload)
        .flatMap(json -> fromJson(json, ClientInfo.class))
        .filter(ClientInfo::isWellFormed)
        .map(info -> new ClientLogin(client, info));
  }

  /** The frame by which a server admits a client. */
  public static byte[] serverInfo(
      NodePrivateKey server, NodeKey client, ServerInfo info, SecureRandomSource random) {
    return FrameEncoder.frame(FrameType.SERVER_INFO, seal(server, client, toJson(info), random));
  }

  public static Optional<ServerInfo> parseServerInfo(
      NodePrivateKey client, NodeKey server, ByteBuffer payload) {
    return open(client, server, payload).flatMap(json -> fromJson(json, ServerInfo.class));
  }

  private static byte[] seal(
      NodePrivateKey from, NodeKey to, byte[] plain, SecureRandomSource random) {
    byte[] nonce = new byte[NONCE_LENGTH];
    random.fill(nonce);
    byte[] secret = from.bytes();
    try (NaclBox.SharedKey shared = NaclBox.precompute(secret, to.bytes())) {
      byte[] box = shared.seal(nonce, plain);
      byte[] sealed = Arrays.copyOf(nonce, NONCE_LENGTH + box.length);
      System.arraycopy(box, 0, sealed, NONCE_LENGTH, box.length);
      return sealed;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static Optional<byte[]> open(NodePrivateKey to, NodeKey from, ByteBuffer sealed) {
    if (from.isZero() || sealed.remaining() < NONCE_LENGTH + TAG_LENGTH) {
      return Optional.empty();
    }
    byte[] nonce = new byte[NONCE_LENGTH];
    sealed.get(nonce);
    byte[] box = new byte[sealed.remaining()];
    sealed.get(box);
    byte[] secret = to.bytes();
    try (NaclBox.SharedKey shared = NaclBox.precompute(secret, from.bytes())) {
      return shared.open(nonce, box);
    } catch (WeakKeyException lowOrderKey) {
      return Optional.empty();
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static byte[] toJson(Object info) {
    try {
      return JSON.writeValueAsBytes(info);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> Optional<T> fromJson(byte[] json, Class<T> type) {
    try {
      return Optional.ofNullable(JSON.readValue(json, type));
    } catch (IOException notThatJson) {
      return Optional.empty();
    }
  }

  private static boolean takeBytes(ByteBuffer in, int length, byte[] expected) {
    byte[] taken = new byte[length];
    in.get(taken);
    return Arrays.equals(taken, expected);
  }

  private static NodeKey takeKey(ByteBuffer in) {
    byte[] key = new byte[DerpLimits.KEY_LENGTH];
    in.get(key);
    return NodeKey.of(key);
  }
}
