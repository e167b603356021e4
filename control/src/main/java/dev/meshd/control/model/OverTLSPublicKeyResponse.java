package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.crypto.MachineKey;

/**
 * Answer to {@code GET /key}.
 *
 * @param legacyPublicKey zero on every server that speaks Noise
 * @param publicKey static key of the server's Noise channel
 */
public record OverTLSPublicKeyResponse(
    @JsonProperty("legacyPublicKey") @Always MachineKey legacyPublicKey,
    @JsonProperty("publicKey") @Always MachineKey publicKey) {

  /** Absent and null members become the empty value; collections are copied. */
  public OverTLSPublicKeyResponse {
    legacyPublicKey = Absent.or(legacyPublicKey, MachineKey.zero());
    publicKey = Absent.or(publicKey, MachineKey.zero());
  }
}
