package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.crypto.ChallengeKey;

/** What a server may send inside the Noise channel before HTTP/2 starts. */
public record EarlyNoise(@JsonProperty("nodeKeyChallenge") @Always ChallengeKey nodeKeyChallenge) {

  /** Absent and null members become the empty value; collections are copied. */
  public EarlyNoise {
    nodeKeyChallenge = Absent.or(nodeKeyChallenge, ChallengeKey.zero());
  }
}
