package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /machine/map}.
 *
 * <table>
 * <caption>Request modes</caption>
 * <tr><th>stream</th><th>omitPeers</th><th>mode</th></tr>
 * <tr><td>true</td><td>false</td><td>map poll: full state, then deltas until closed</td></tr>
 * <tr><td>false</td><td>true</td><td>lite update: store host facts and endpoints, answer 200</td></tr>
 * </table>
 *
 * @param version capability version of the client
 * @param compress {@code zstd} or empty
 * @param keepAlive whether the server should send keep-alives
 * @param nodeKey registered key; must belong to the machine key of the Noise channel
 * @param discoKey current disco key
 * @param hostinfo complete current host facts
 * @param endpoints UDP candidates; null keeps what the server has, empty clears
 * @param endpointTypes parallel to {@code endpoints}, see {@link EndpointType}
 * @param tkaHead tailnet-lock head, unpadded base32
 */
public record MapRequest(
    @JsonProperty("Version") @Always int version,
    @JsonProperty("Compress") String compress,
    @JsonProperty("KeepAlive") boolean keepAlive,
    @JsonProperty("NodeKey") @Always NodeKey nodeKey,
    @JsonProperty("DiscoKey") @Always DiscoKey discoKey,
    @JsonProperty("HardwareAttestationKey") String hardwareAttestationKey,
    @JsonProperty("HardwareAttestationKeySignature") @WhenPresent
        @Nullable Octets hardwareAttestationKeySignature,
    @JsonProperty("HardwareAttestationKeySignatureTimestamp") @WhenPresent
        @Nullable Instant hardwareAttestationKeySignatureTimestamp,
    @JsonProperty("Stream") boolean stream,
    @JsonProperty("Hostinfo") @WhenPresent @Nullable Hostinfo hostinfo,
    @JsonProperty("MapSessionHandle") String mapSessionHandle,
    @JsonProperty("MapSessionSeq") long mapSessionSeq,
    @JsonProperty("Endpoints") @WhenPresent @Nullable List<Endpoint> endpoints,
    @JsonProperty("EndpointTypes") @WhenPresent @Nullable List<Integer> endpointTypes,
    @JsonProperty("TKAHead") String tkaHead,
    @JsonProperty("ReadOnly") boolean readOnly,
    @JsonProperty("OmitPeers") boolean omitPeers,
    @JsonProperty("DebugFlags") List<String> debugFlags,
    @JsonProperty("ConnectionHandleForTest") String connectionHandleForTest) {

  /** Absent and null members become the empty value; collections are copied. */
  public MapRequest {
    compress = Absent.text(compress);
    nodeKey = Absent.or(nodeKey, NodeKey.zero());
    discoKey = Absent.or(discoKey, DiscoKey.zero());
    hardwareAttestationKey = Absent.text(hardwareAttestationKey);
    mapSessionHandle = Absent.text(mapSessionHandle);
    endpoints = Absent.copyOrNull(endpoints);
    endpointTypes = Absent.copyOrNull(endpointTypes);
    tkaHead = Absent.text(tkaHead);
    debugFlags = Absent.list(debugFlags);
    connectionHandleForTest = Absent.text(connectionHandleForTest);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.version = version;
    b.compress = compress;
    b.keepAlive = keepAlive;
    b.nodeKey = nodeKey;
    b.discoKey = discoKey;
    b.hardwareAttestationKey = hardwareAttestationKey;
    b.hardwareAttestationKeySignature = hardwareAttestationKeySignature;
    b.hardwareAttestationKeySignatureTimestamp = hardwareAttestationKeySignatureTimestamp;
    b.stream = stream;
    b.hostinfo = hostinfo;
    b.mapSessionHandle = mapSessionHandle;
    b.mapSessionSeq = mapSessionSeq;
    b.endpoints = endpoints;
    b.endpointTypes = endpointTypes;
    b.tkaHead = tkaHead;
    b.readOnly = readOnly;
    b.omitPeers = omitPeers;
    b.debugFlags = debugFlags;
    b.connectionHandleForTest = connectionHandleForTest;
    return b;
  }

  /**
   * Collects the members of a {@link MapRequest}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private int version;
    private String compress = "";
    private boolean keepAlive;
    private NodeKey nodeKey = NodeKey.zero();
    private DiscoKey discoKey = DiscoKey.zero();
    private String hardwareAttestationKey = "";
    private @Nullable Octets hardwareAttestationKeySignature;
    private @Nullable Instant hardwareAttestationKeySignatureTimestamp;
    private boolean stream;
    private @Nullable Hostinfo hostinfo;
    private String mapSessionHandle = "";
    private long mapSessionSeq;
    private @Nullable List<Endpoint> endpoints;
    private @Nullable List<Integer> endpointTypes;
    private String tkaHead = "";
    private boolean readOnly;
    private boolean omitPeers;
    private List<String> debugFlags = List.of();
    private String connectionHandleForTest = "";

    private Builder() {}

    public Builder version(int value) {
      version = value;
      return this;
    }

    public Builder compress(String value) {
      compress = value;
      return this;
    }

    public Builder keepAlive(boolean value) {
      keepAlive = value;
      return this;
    }

    public Builder nodeKey(NodeKey value) {
      nodeKey = value;
      return this;
    }

    public Builder discoKey(DiscoKey value) {
      discoKey = value;
      return this;
    }

    public Builder hardwareAttestationKey(String value) {
      hardwareAttestationKey = value;
      return this;
    }

    public Builder hardwareAttestationKeySignature(@Nullable Octets value) {
      hardwareAttestationKeySignature = value;
      return this;
    }

    public Builder hardwareAttestationKeySignatureTimestamp(@Nullable Instant value) {
      hardwareAttestationKeySignatureTimestamp = value;
      return this;
    }

    public Builder stream(boolean value) {
      stream = value;
      return this;
    }

    public Builder hostinfo(@Nullable Hostinfo value) {
      hostinfo = value;
      return this;
    }

    public Builder mapSessionHandle(String value) {
      mapSessionHandle = value;
      return this;
    }

    public Builder mapSessionSeq(long value) {
      mapSessionSeq = value;
      return this;
    }

    public Builder endpoints(@Nullable List<Endpoint> value) {
      endpoints = value;
      return this;
    }

    public Builder endpointTypes(@Nullable List<Integer> value) {
      endpointTypes = value;
      return this;
    }

    public Builder tkaHead(String value) {
      tkaHead = value;
      return this;
    }

    public Builder readOnly(boolean value) {
      readOnly = value;
      return this;
    }

    public Builder omitPeers(boolean value) {
      omitPeers = value;
      return this;
    }

    public Builder debugFlags(List<String> value) {
      debugFlags = value;
      return this;
    }

    public Builder connectionHandleForTest(String value) {
      connectionHandleForTest = value;
      return this;
    }

    public MapRequest build() {
      return new MapRequest(
          version,
          compress,
          keepAlive,
          nodeKey,
          discoKey,
          hardwareAttestationKey,
          hardwareAttestationKeySignature,
          hardwareAttestationKeySignatureTimestamp,
          stream,
          hostinfo,
          mapSessionHandle,
          mapSessionSeq,
          endpoints,
          endpointTypes,
          tkaHead,
          readOnly,
          omitPeers,
          debugFlags,
          connectionHandleForTest);
    }
  }
}
