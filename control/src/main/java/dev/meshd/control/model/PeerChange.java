package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A patch of some members of a known peer. Null members, and a zero {@code derpRegion} or {@code
 * cap}, are unchanged.
 *
 * @param nodeId whom to patch; unknown ids are ignored
 * @param capMap empty clears
 * @param endpoints empty clears
 * @param keyExpiry {@link WireTime#UNSET} makes the key never expire
 */
public record PeerChange(
    @JsonProperty("NodeID") @Always long nodeId,
    @JsonProperty("DERPRegion") int derpRegion,
    @JsonProperty("Cap") int cap,
    @JsonProperty("CapMap") @WhenPresent @JsonSetter(contentNulls = Nulls.SET)
        @Nullable Map<String, List<JsonNode>> capMap,
    @JsonProperty("Endpoints") @WhenPresent @Nullable List<Endpoint> endpoints,
    @JsonProperty("Key") @WhenPresent @Nullable NodeKey key,
    @JsonProperty("KeySignature") @WhenPresent @Nullable Octets keySignature,
    @JsonProperty("DiscoKey") @WhenPresent @Nullable DiscoKey discoKey,
    @JsonProperty("Online") @WhenPresent @Nullable Boolean online,
    @JsonProperty("LastSeen") @WhenPresent @Nullable Instant lastSeen,
    @JsonProperty("KeyExpiry") @WhenPresent @Nullable Instant keyExpiry) {

  /** Absent and null members become the empty value; collections are copied. */
  public PeerChange {
    capMap = Absent.mapOfListsOrNull(capMap);
    endpoints = Absent.copyOrNull(endpoints);
  }

  /** {@code node} with this patch applied; the node's id must be {@code nodeId}. */
  public Node applyTo(Node node) {
    Node.Builder b = node.toBuilder();
    if (derpRegion != 0) {
      b.homeDerp(derpRegion);
    }
    if (cap != 0) {
      b.cap(cap);
    }
    if (capMap != null) {
      b.capMap(capMap);
    }
    if (endpoints != null) {
      b.endpoints(endpoints);
    }
    if (key != null) {
      b.key(key);
    }
    if (keySignature != null) {
      b.keySignature(keySignature);
    }
    if (discoKey != null) {
      b.discoKey(discoKey);
    }
    if (online != null) {
      b.online(online);
    }
    if (lastSeen != null) {
      b.lastSeen(lastSeen);
    }
    if (keyExpiry != null) {
      b.keyExpiry(WireTime.isSet(keyExpiry) ? keyExpiry : null);
    }
    return b.build();
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.nodeId = nodeId;
    b.derpRegion = derpRegion;
    b.cap = cap;
    b.capMap = capMap;
    b.endpoints = endpoints;
    b.key = key;
    b.keySignature = keySignature;
    b.discoKey = discoKey;
    b.online = online;
    b.lastSeen = lastSeen;
    b.keyExpiry = keyExpiry;
    return b;
  }

  /**
   * Collects the members of a {@link PeerChange}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private long nodeId;
    private int derpRegion;
    private int cap;
    private @Nullable Map<String, List<JsonNode>> capMap;
    private @Nullable List<Endpoint> endpoints;
    private @Nullable NodeKey key;
    private @Nullable Octets keySignature;
    private @Nullable DiscoKey discoKey;
    private @Nullable Boolean online;
    private @Nullable Instant lastSeen;
    private @Nullable Instant keyExpiry;

    private Builder() {}

    public Builder nodeId(long value) {
      nodeId = value;
      return this;
    }

    public Builder derpRegion(int value) {
      derpRegion = value;
      return this;
    }

    public Builder cap(int value) {
      cap = value;
      return this;
    }

    public Builder capMap(@Nullable Map<String, List<JsonNode>> value) {
      capMap = value;
      return this;
    }

    public Builder endpoints(@Nullable List<Endpoint> value) {
      endpoints = value;
      return this;
    }

    public Builder key(@Nullable NodeKey value) {
      key = value;
      return this;
    }

    public Builder keySignature(@Nullable Octets value) {
      keySignature = value;
      return this;
    }

    public Builder discoKey(@Nullable DiscoKey value) {
      discoKey = value;
      return this;
    }

    public Builder online(@Nullable Boolean value) {
      online = value;
      return this;
    }

    public Builder lastSeen(@Nullable Instant value) {
      lastSeen = value;
      return this;
    }

    public Builder keyExpiry(@Nullable Instant value) {
      keyExpiry = value;
      return this;
    }

    public PeerChange build() {
      return new PeerChange(
          nodeId,
          derpRegion,
          cap,
          capMap,
          endpoints,
          key,
          keySignature,
          discoKey,
          online,
          lastSeen,
          keyExpiry);
    }
  }
}
