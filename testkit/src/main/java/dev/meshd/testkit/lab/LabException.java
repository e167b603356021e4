package dev.meshd.testkit.lab;

/**
 * The lab could not be built, or a command in it failed. The message holds the command and what it
 * printed.
 */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LabException(String message) {
    super(message);
  }

  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
