package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An account at an identity provider.
 *
 * @param provider identity provider, empty for none
 * @param loginName must not be empty for a client to keep its profile
 */
public record Login(
    @JsonProperty("ID") @Always long id,
    @JsonProperty("Provider") @Always String provider,
    @JsonProperty("LoginName") @Always String loginName,
    @JsonProperty("DisplayName") @Always String displayName,
    @JsonProperty("ProfilePicURL") String profilePicUrl) {

  /** Absent and null members become the empty value; collections are copied. */
  public Login {
    provider = Absent.text(provider);
    loginName = Absent.text(loginName);
    displayName = Absent.text(displayName);
    profilePicUrl = Absent.text(profilePicUrl);
  }
}
