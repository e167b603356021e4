package dev.meshd.coordinator.domain;

/** How a node was admitted; the API text is that of Headscale's node object. */
public enum RegisterMethod {
  AUTH_KEY("REGISTER_METHOD_AUTH_KEY"),
  CLI("REGISTER_METHOD_CLI");

  private final String apiText;

  RegisterMethod(String apiText) {
    this.apiText = apiText;
  }

  public String apiText() {
    return apiText;
  }
}
