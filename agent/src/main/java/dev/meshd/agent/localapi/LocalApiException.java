package dev.meshd.agent.localapi;

import java.io.IOException;

/** The daemon refused or failed a request, or could not be reached at all. */
public sealed class LocalApiException extends IOException {
  private LocalApiException(String sentence) {
    super(sentence);
  }

  private LocalApiException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /** One sentence for the user. */
  public final String sentence() {
    return String.valueOf(getMessage());
  }

  /** Nothing answers at the socket. */
  public static final class Unreachable extends LocalApiException {
    public Unreachable(String sentence, Throwable cause) {
      super(sentence, cause);
    }
  }

  /** The daemon answered with an error status. */
  public static final class Refused extends LocalApiException {
    private final int status;

    public Refused(int status, String reason) {
      super(reason);
      this.status = status;
    }

    public int status() {
      return status;
    }

    public boolean isAccessDenied() {
      return status == 403;
    }
  }
}
