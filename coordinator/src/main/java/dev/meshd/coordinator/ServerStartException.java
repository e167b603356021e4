package dev.meshd.coordinator;

/** The server cannot start; the message is a sentence for the operator. */
public final class ServerStartException extends Exception {
  private static final long serialVersionUID = 1;

  private final String sentence;

  public ServerStartException(String sentence, Throwable cause) {
    super(sentence, cause);
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }
}
