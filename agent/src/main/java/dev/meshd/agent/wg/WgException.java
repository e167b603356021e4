package dev.meshd.agent.wg;

/** A tunnel that cannot be set up. The message is one sentence for the user. */
public final class WgException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public WgException(String sentence) {
    super(sentence);
  }

  public WgException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
