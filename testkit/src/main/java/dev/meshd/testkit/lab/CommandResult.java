package dev.meshd.testkit.lab;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a finished command left behind. Immutable.
 *
 * @param command the words of the command, without what enters the host
 * @param exitCode 0-255; 128 and above when a signal ended it; {@link #TIMED_OUT} when it had to be
 *     killed
 * @param out standard output
 * @param err standard error
 */
public record CommandResult(List<String> command, int exitCode, String out, String err) {
  /** The exit code of a command that was killed because its time was up. */
  public static final int TIMED_OUT = -1;

  private static final int MAX_SHOWN = 100;

  public boolean succeeded() {
    return exitCode == 0;
  }

  /** Returns this result, or throws with everything the command printed. */
  public CommandResult orThrow() {
    if (!succeeded()) {
      throw new LabException(describe());
    }
    return this;
  }

  /** Returns the command, how it ended and what it printed. */
  public String describe() {
    String ended = exitCode == TIMED_OUT ? "ran out of time" : "ended with exit code " + exitCode;
    return "%s %s%n%s%s".formatted(shownCommand(), ended, out, err).strip();
  }

  /** Cuts words that only a machine would read, such as class paths. */
  private String shownCommand() {
    return command.stream()
        .map(word -> word.length() <= MAX_SHOWN ? word : word.substring(0, MAX_SHOWN) + "…")
        .collect(Collectors.joining(" "));
  }
}
