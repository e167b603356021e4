package dev.meshd.agent.localapi;

import java.util.Optional;

/**
 * The daemon's state as users see it; on the bus it travels as {@link #wire()}, in the status by
 * name.
 */
public enum BackendState {
  NO_STATE(0, "NoState"),
  IN_USE_OTHER_USER(1, "InUseOtherUser"),
  NEEDS_LOGIN(2, "NeedsLogin"),
  NEEDS_MACHINE_AUTH(3, "NeedsMachineAuth"),
  STOPPED(4, "Stopped"),
  STARTING(5, "Starting"),
  RUNNING(6, "Running");

  private final int wire;
  private final String text;

  BackendState(int wire, String text) {
    this.wire = wire;
    this.text = text;
  }

  public int wire() {
    return wire;
  }

  /** The name in the status JSON, for example {@code NeedsLogin}. */
  public String text() {
    return text;
  }

  public static Optional<BackendState> fromWire(int wire) {
    return wire >= 0 && wire < values().length ? Optional.of(values()[wire]) : Optional.empty();
  }

  public static Optional<BackendState> fromText(String text) {
    for (BackendState state : values()) {
      if (state.text.equals(text)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
