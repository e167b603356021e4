package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link RegisterRequest}. Evaluate {@code error} first, then {@code nodeKeySignature},
 * {@code nodeKeyExpired}, {@code authUrl}; none of them set is success.
 *
 * @param nodeKeyExpired the client must come back with a new node key
 * @param machineAuthorized informational; the self node of the map counts
 * @param authUrl not empty: visit it, then follow up
 * @param error not empty: refused, text for the user
 */
public record RegisterResponse(
    @JsonProperty("User") @Always User user,
    @JsonProperty("Login") @Always Login login,
    @JsonProperty("NodeKeyExpired") @Always boolean nodeKeyExpired,
    @JsonProperty("MachineAuthorized") @Always boolean machineAuthorized,
    @JsonProperty("AuthURL") @Always String authUrl,
    @JsonProperty("NodeKeySignature") @Always @Nullable Octets nodeKeySignature,
    @JsonProperty("Error") @Always String error) {

  /** Absent and null members become the empty value; collections are copied. */
  public RegisterResponse {
    user = Absent.or(user, NONE_USER);
    login = Absent.or(login, NONE_LOGIN);
    authUrl = Absent.text(authUrl);
    error = Absent.text(error);
  }

  private static final User NONE_USER = new User(0, "", "", null);
  private static final Login NONE_LOGIN = new Login(0, "", "", "", "");

  /** A refusal with a text for the user. */
  public static RegisterResponse refusal(String text) {
    return builder().error(text).build();
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.user = user;
    b.login = login;
    b.nodeKeyExpired = nodeKeyExpired;
    b.machineAuthorized = machineAuthorized;
    b.authUrl = authUrl;
    b.nodeKeySignature = nodeKeySignature;
    b.error = error;
    return b;
  }

  /**
   * Collects the members of a {@link RegisterResponse}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private User user = NONE_USER;
    private Login login = NONE_LOGIN;
    private boolean nodeKeyExpired;
    private boolean machineAuthorized;
    private String authUrl = "";
    private @Nullable Octets nodeKeySignature;
    private String error = "";

    private Builder() {}

    public Builder user(User value) {
      user = value;
      return this;
    }

    public Builder login(Login value) {
      login = value;
      return this;
    }

    public Builder nodeKeyExpired(boolean value) {
      nodeKeyExpired = value;
      return this;
    }

    public Builder machineAuthorized(boolean value) {
      machineAuthorized = value;
      return this;
    }

    public Builder authUrl(String value) {
      authUrl = value;
      return this;
    }

    public Builder nodeKeySignature(@Nullable Octets value) {
      nodeKeySignature = value;
      return this;
    }

    public Builder error(String value) {
      error = value;
      return this;
    }

    public RegisterResponse build() {
      return new RegisterResponse(
          user, login, nodeKeyExpired, machineAuthorized, authUrl, nodeKeySignature, error);
    }
  }
}
