package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a client may show about a user it meets in a map.
 *
 * @param id user id that nodes refer to
 */
public record UserProfile(
    @JsonProperty("ID") @Always long id,
    @JsonProperty("LoginName") @Always String loginName,
    @JsonProperty("DisplayName") @Always String displayName,
    @JsonProperty("ProfilePicURL") String profilePicUrl,
    @JsonProperty("Groups") List<String> groups) {

  /** Absent and null members become the empty value; collections are copied. */
  public UserProfile {
    loginName = Absent.text(loginName);
    displayName = Absent.text(displayName);
    profilePicUrl = Absent.text(profilePicUrl);
    groups = Absent.list(groups);
  }
}
