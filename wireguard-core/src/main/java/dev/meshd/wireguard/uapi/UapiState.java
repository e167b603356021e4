package dev.meshd.wireguard.uapi;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Writes answers: the whole state of an interface, and how a change went.
 *
 * <p>The tools read the number behind {@code errno=} negated after a change, and as a plain number
 * after a question; as both are 0 when all is well, a fault is told negated.
 */
public final class UapiState {
  private byte[] text = new byte[1024];
  private int length;

  private UapiState() {}

  /** The answer to a question; engine loop. It holds keys: the caller wipes it. */
  public static byte[] of(WireGuardDevice device, InterfaceSettings settings) {
    UapiState state = new UapiState();
    settings.key().ifPresent(key -> state.key("private_key=", key));
    state.unlessZero("listen_port=", settings.port());
    state.unlessZero("fwmark=", Integer.toUnsignedLong(settings.mark()));
    List<WireGuardPeer> peers =
        device.peers().stream().sorted(Comparator.comparing(WireGuardPeer::publicKey)).toList();
    for (WireGuardPeer peer : peers) {
      state.peer(device, peer);
    }
    state.put("errno=0\n\n");
    return state.take();
  }

  /** The answer to a change that was carried out. */
  public static byte[] done() {
    return "errno=0\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  /** The answer to a change that failed. */
  public static byte[] failed(UapiFault fault) {
    return ("errno=-" + fault.errno() + "\n\n").getBytes(StandardCharsets.US_ASCII);
  }

  private void peer(WireGuardDevice device, WireGuardPeer peer) {
    put("public_key=");
    hex(peer.publicKey().bytes());
    put("preshared_key=");
    hex(device.presharedKey(peer).bytes());
    put("protocol_version=1\n");
    Endpoint endpoint = peer.path().endpoint();
    if (endpoint != null) {
      put("endpoint=" + text(endpoint) + "\n");
    }
    Instant handshake = peer.lastHandshake().orElse(Instant.EPOCH);
    put("last_handshake_time_sec=" + handshake.getEpochSecond() + "\n");
    put("last_handshake_time_nsec=" + handshake.getNano() + "\n");
    put("tx_bytes=" + peer.sentBytes() + "\n");
    put("rx_bytes=" + peer.receivedBytes() + "\n");
    put("persistent_keepalive_interval=" + peer.persistentKeepalive().toSeconds() + "\n");
    for (IpPrefix prefix : device.allowedIps().of(peer)) {
      put("allowed_ip=" + prefix + "\n");
    }
  }

  private static String text(Endpoint endpoint) {
    return endpoint.scopeInterface() == 0
        ? endpoint.toString()
        : "[" + endpoint.address() + "%" + endpoint.scopeInterface() + "]:" + endpoint.port();
  }

  private void unlessZero(String key, long value) {
    if (value != 0) {
      put(key + value + "\n");
    }
  }

  private void key(String name, NodePrivateKey key) {
    put(name);
    hex(key.bytes());
  }

  /** Writes a key and wipes it. */
  private void hex(byte[] key) {
    for (byte b : key) {
      add(digit(b >> 4 & 15));
      add(digit(b & 15));
    }
    Arrays.fill(key, (byte) 0);
    add((byte) '\n');
  }

  private static byte digit(int value) {
    return (byte) Character.forDigit(value, 16);
  }

  private void put(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      add((byte) ascii.charAt(i));
    }
  }

  private void add(byte b) {
    if (length == text.length) {
      byte[] outgrown = text;
      text = Arrays.copyOf(outgrown, outgrown.length * 2);
      Arrays.fill(outgrown, (byte) 0);
    }
    text[length++] = b;
  }

  private byte[] take() {
    byte[] result = Arrays.copyOf(text, length);
    Arrays.fill(text, (byte) 0);
    return result;
  }
}
