package dev.meshd.agent.localapi;

/**
 * Prefs that cannot be accepted; the message is for the user who asked. The prefs in force stay as
 * they were.
 */
public final class PrefsException extends Exception {
  public PrefsException(String reason) {
    super(reason);
  }

  public PrefsException(String reason, Throwable cause) {
    super(reason, cause);
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
