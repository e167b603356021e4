package dev.meshd.coordinator.netmap;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.coordinator.metrics.MapMetrics;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One message for as many streams as it concerns. Nodes and patches come in as JSON that was made
 * once; the whole is put together, compressed and framed once per form, when the first stream asks,
 * and the bytes are shared. Nobody may change them. Thread-safe.
 */
public final class MapMessage {
  /** Says nothing but that the server is there. */
  static final MapMessage KEEP_ALIVE =
      new MapMessage(
          MapMetrics.Message.KEEPALIVE,
          MapResponse.KEEP_ALIVE,
          List.of(),
          List.of(),
          List.of(),
          MapMetrics.unread());

  private final MapMetrics.Message type;
  private final MapResponse rest;
  private final List<byte[]> peers;
  private final List<byte[]> peersChanged;
  private final List<byte[]> patches;
  private final MapMetrics metrics;

  // Guarded by this.
  private @Nullable CompletableFuture<byte[]> plain;
  private @Nullable CompletableFuture<byte[]> zstd;

  /**
   * @param rest the members other than the three lists; at least one is present
   * @param peers JSON of {@code Peers}
   * @param peersChanged JSON of {@code PeersChanged}
   * @param patches JSON of {@code PeersChangedPatch}
   */
  MapMessage(
      MapMetrics.Message type,
      MapResponse rest,
      List<byte[]> peers,
      List<byte[]> peersChanged,
      List<byte[]> patches,
      MapMetrics metrics) {
    this.type = type;
    this.rest = rest;
    this.peers = peers;
    this.peersChanged = peersChanged;
    this.patches = patches;
    this.metrics = metrics;
  }

  public MapMetrics.Message type() {
    return type;
  }

  /** The message with no other peers than were there before, for nodes that do not want them. */
  public MapMessage withoutPeers() {
    return new MapMessage(type, rest, List.of(), List.of(), List.of(), metrics);
  }

  /**
   * The frame as it goes on a stream; made on {@code encoders} for the first who asks.
   *
   * @param compressed whether the stream asked for zstd
   */
  public synchronized CompletableFuture<byte[]> frame(boolean compressed, Executor encoders) {
    CompletableFuture<byte[]> made = compressed ? zstd : plain;
    if (made == null) {
      made = CompletableFuture.supplyAsync(() -> encode(compressed), encoders);
      if (compressed) {
        zstd = made;
      } else {
        plain = made;
      }
    }
    return made;
  }

  private byte[] encode(boolean compressed) {
    long began = System.nanoTime();
    byte[] frame = MapFrames.encode(json(), compressed);
    metrics.built(type, System.nanoTime() - began);
    return frame;
  }

  /** The message as JSON. */
  byte[] json() {
    byte[] head = WireJson.encode(rest);
    ByteArrayOutputStream json =
        new ByteArrayOutputStream(
            head.length + size(peers) + size(peersChanged) + size(patches) + 64);
    // Everything but the closing brace; a message has at least one other member.
    json.write(head, 0, head.length - 1);
    member(json, "Peers", peers);
    member(json, "PeersChanged", peersChanged);
    member(json, "PeersChangedPatch", patches);
    json.write('}');
    return json.toByteArray();
  }

  private static int size(List<byte[]> values) {
    int size = 0;
    for (byte[] value : values) {
      size += value.length + 1;
    }
    return size;
  }

  private static void member(ByteArrayOutputStream json, String name, List<byte[]> values) {
    if (values.isEmpty()) {
      return;
    }
    json.writeBytes((",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII));
    char before = '[';
    for (byte[] value : values) {
      json.write(before);
      json.writeBytes(value);
      before = ',';
    }
    json.write(']');
  }
}
