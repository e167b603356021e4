package dev.meshd.control.transport;

import java.io.IOException;

/**
 * No channel to the control server could be made, or it was lost. The message is one sentence for
 * the user.
 */
public final class ControlConnectionException extends IOException {
  private static final long serialVersionUID = 1;

  /** What went wrong, in kinds that call for different action. */
  public enum Kind {
    /** No route, no name, refused, silent: try again later. */
    UNREACHABLE,
    /** Something answers, but not as a control server. */
    NOT_A_CONTROL_SERVER,
    /** The Noise handshake failed: the server has another key, or will not talk to our version. */
    HANDSHAKE,
    /** An established channel ended. */
    LOST
  }

  private final Kind kind;

  /** A failure of the given kind. */
  public ControlConnectionException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** A failure of the given kind, with what the network said as the cause. */
  public ControlConnectionException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** The kind of failure. */
  public Kind kind() {
    return kind;
  }
}
