package dev.meshd.derp.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a server says once it admitted a client, as JSON inside a box that only the client can open.
 *
 * @param version of the protocol
 * @param tokenBucketBytesPerSecond rate a client must keep to, over whole frames; 0 is no limit
 * @param tokenBucketBytesBurst bytes a client may send at once before the rate holds
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record ServerInfo(
    @JsonProperty("version") int version,
    @JsonProperty("TokenBucketBytesPerSecond") int tokenBucketBytesPerSecond,
    @JsonProperty("TokenBucketBytesBurst") int tokenBucketBytesBurst) {

  public static ServerInfo unlimited() {
    return new ServerInfo(DerpLimits.PROTOCOL_VERSION, 0, 0);
  }
}
