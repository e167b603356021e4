package dev.meshd.coordinator.backup;

/** A backup cannot be made or put back; the message is a sentence for the operator. */
public final class BackupException extends Exception {
  private static final long serialVersionUID = 1;

  public BackupException(String sentence) {
    super(sentence);
  }

  public BackupException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
