package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Owner of a node as the register answer names it.
 *
 * @param id user id, positive
 * @param displayName overrides the login's when not empty
 */
public record User(
    @JsonProperty("ID") @Always long id,
    @JsonProperty("DisplayName") @Always String displayName,
    @JsonProperty("ProfilePicURL") String profilePicUrl,
    @JsonProperty("Created") @WhenPresent @Nullable Instant created) {

  /** Absent and null members become the empty value; collections are copied. */
  public User {
    displayName = Absent.text(displayName);
    profilePicUrl = Absent.text(profilePicUrl);
  }
}
