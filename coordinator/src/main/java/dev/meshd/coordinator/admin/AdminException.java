package dev.meshd.coordinator.admin;

/** An administration request that failed; the message is a sentence for the person who typed it. */
public final class AdminException extends Exception {
  private static final long serialVersionUID = 1;

  public AdminException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  public AdminException(String sentence) {
    super(sentence);
  }
}
