package dev.meshd.agent.state;

import java.io.IOException;

/**
 * The state on disk cannot be used; the message is one sentence that names the file and says what
 * to do.
 */
public final class StateException extends IOException {
  public StateException(String sentence) {
    super(sentence);
  }

  public StateException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
