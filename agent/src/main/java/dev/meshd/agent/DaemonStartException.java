package dev.meshd.agent;

/**
 * The daemon cannot start; the message is one sentence for the user. What had been opened is closed
 * again.
 */
public final class DaemonStartException extends Exception {
  public DaemonStartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  public DaemonStartException(String sentence) {
    super(sentence);
  }
}
