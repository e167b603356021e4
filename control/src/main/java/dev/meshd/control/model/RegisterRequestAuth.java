package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a register request proves its right.
 *
 * @param authKey pre-authentication key
 */
public record RegisterRequestAuth(@JsonProperty("AuthKey") String authKey) {

  /** Absent and null members become the empty value; collections are copied. */
  public RegisterRequestAuth {
    authKey = Absent.text(authKey);
  }

  /** Authentication by {@code key}. */
  public static RegisterRequestAuth ofKey(String key) {
    return new RegisterRequestAuth(key);
  }

  @Override
  public String toString() {
    return "RegisterRequestAuth[masked]";
  }
}
