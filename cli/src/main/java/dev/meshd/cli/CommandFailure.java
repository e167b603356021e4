package dev.meshd.cli;

import org.jspecify.annotations.Nullable;

/**
 * A command that cannot do what it was asked, told in one sentence for stderr. Thrown by commands
 * and turned into an exit code by {@link Meshd}; the cause is shown only with {@code --debug}.
 */
public final class CommandFailure extends RuntimeException {
  private final int exitCode;

  public CommandFailure(String sentence) {
    this(sentence, null);
  }

  public CommandFailure(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.exitCode = Meshd.EXIT_FAILURE;
  }

  public CommandFailure(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }

  /** The sentence, never null. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
