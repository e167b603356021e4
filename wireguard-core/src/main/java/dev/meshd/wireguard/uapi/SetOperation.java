package dev.meshd.wireguard.uapi;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.packet.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the lines of one {@code set=1}. After the first faulty line the rest is passed over.
 * Owned by its decoder.
 */
final class SetOperation {
  private static final long MAX_U32 = 0xffff_ffffL;
  private static final int MAX_U16 = 0xffff;
  private static final Optional<UapiFault> GOOD = Optional.empty();

  private final Zones zones;
  private final List<DeviceChange> changes = new ArrayList<>();
  private final List<PeerChange> peerChanges = new ArrayList<>();
  private @Nullable NodeKey peer;
  private Optional<UapiFault> fault = GOOD;

  SetOperation(Zones zones) {
    this.zones = zones;
  }

  boolean isFaulty() {
    return fault.isPresent();
  }

  void fail(UapiFault reason) {
    fault = Optional.of(reason);
  }

  void line(byte[] bytes, int length) {
    if (isFaulty()) {
      return;
    }
    Optional<UapiLine> line = UapiLine.parse(bytes, length);
    if (line.isEmpty()) {
      fail(UapiFault.malformed("a line is not key=value"));
    } else if (line.get().key().equals("public_key")) {
      fault = openPeer(line.get());
    } else {
      fault = peer == null ? deviceLine(line.get()) : peerLine(line.get());
    }
  }

  UapiRequest.Set end() {
    closePeer();
    return new UapiRequest.Set(changes, fault);
  }

  private Optional<UapiFault> openPeer(UapiLine line) {
    closePeer();
    Optional<byte[]> key = line.hexKey();
    key.ifPresent(bytes -> peer = NodeKey.of(bytes));
    return key.isPresent() ? GOOD : bad(line);
  }

  private void closePeer() {
    if (peer != null) {
      changes.add(new DeviceChange.ConfigurePeer(peer, peerChanges));
      peerChanges.clear();
      peer = null;
    }
  }

  private Optional<UapiFault> deviceLine(UapiLine line) {
    Optional<DeviceChange> change =
        switch (line.key()) {
          case "private_key" -> line.hexKey().map(SetOperation::privateKey);
          case "listen_port" ->
              line.number(MAX_U16).map(n -> new DeviceChange.ListenOn(n.intValue()));
          case "fwmark" -> line.number(MAX_U32).map(n -> new DeviceChange.UseMark(n.intValue()));
          case "replace_peers" -> when(line, "true", new DeviceChange.RemoveAllPeers());
          default -> Optional.empty();
        };
    change.ifPresent(changes::add);
    return change.isPresent() ? GOOD : bad(line);
  }

  private Optional<UapiFault> peerLine(UapiLine line) {
    if (line.key().equals("protocol_version")) {
      return line.is("1") ? GOOD : bad(line);
    }
    Optional<PeerChange> change =
        switch (line.key()) {
          case "update_only" -> when(line, "true", new PeerChange.UpdateOnly());
          case "remove" -> when(line, "true", new PeerChange.Remove());
          case "preshared_key" -> line.hexKey().map(SetOperation::presharedKey);
          case "endpoint" ->
              line.endpoint(zones).map((Endpoint to) -> new PeerChange.UseEndpoint(to));
          case "persistent_keepalive_interval" ->
              line.number(MAX_U16).map(n -> new PeerChange.KeepAlive(Duration.ofSeconds(n)));
          case "replace_allowed_ips" -> when(line, "true", new PeerChange.ClearAllowedIps());
          case "allowed_ip" ->
              line.prefix()
                  .map(
                      prefix ->
                          line.isNegated()
                              ? new PeerChange.Disallow(prefix)
                              : new PeerChange.Allow(prefix));
          default -> Optional.empty();
        };
    change.ifPresent(peerChanges::add);
    return change.isPresent() ? GOOD : bad(line);
  }

  private static DeviceChange privateKey(byte[] bytes) {
    try {
      boolean none = Arrays.equals(bytes, new byte[bytes.length]);
      return new DeviceChange.UseKey(
          none ? Optional.empty() : Optional.of(NodePrivateKey.of(bytes)));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static PeerChange presharedKey(byte[] bytes) {
    try {
      return new PeerChange.UsePsk(PresharedKey.of(bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static <T> Optional<T> when(UapiLine line, String value, T change) {
    return line.is(value) ? Optional.of(change) : Optional.empty();
  }

  private static Optional<UapiFault> bad(UapiLine line) {
    // What is no word may be a secret in the wrong place.
    String key = line.key().matches("[a-z_]{1,32}") ? line.key() : "(not a word)";
    return Optional.of(UapiFault.invalid("unknown key or bad value: " + key));
  }
}
