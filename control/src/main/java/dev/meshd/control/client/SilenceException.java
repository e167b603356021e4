package dev.meshd.control.client;

import java.io.IOException;

/** A request was sent and nothing came back in time. */
final class SilenceException extends IOException {
  private static final long serialVersionUID = 1;

  SilenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
