package dev.meshd.derp.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself when it logs in, as JSON inside a box that only the server can open.
 *
 * @param meshKey 64 hex digits, or null; anything else makes the login invalid
 * @param version of the protocol
 * @param canAckPings the server may send pings
 * @param isProber the client only measures
 * @param appName free text for statistics, or null
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record ClientInfo(
    @JsonProperty("meshKey") @Nullable String meshKey,
    @JsonProperty("version") int version,
    @JsonProperty("CanAckPings") @JsonInclude(JsonInclude.Include.ALWAYS) boolean canAckPings,
    @JsonProperty("IsProber") boolean isProber,
    @JsonProperty("AppName") @Nullable String appName) {

  private static final int MESH_KEY_LENGTH = 32;

  /** What an ordinary node sends. */
  public static ClientInfo node() {
    return new ClientInfo(null, DerpLimits.PROTOCOL_VERSION, true, false, null);
  }

  /** A mesh key that is there must be one; an empty one is not. */
  boolean isWellFormed() {
    if (meshKey == null) {
      return true;
    }
    try {
      return HexFormat.of().parseHex(meshKey).length == MESH_KEY_LENGTH;
    } catch (IllegalArgumentException notHex) {
      return false;
    }
  }

  /** Leaves out the mesh key, which is a secret. */
  @Override
  public String toString() {
    return "ClientInfo[version="
        + version
        + ", canAckPings="
        + canAckPings
        + ", isProber="
        + isProber
        + "]";
  }
}
