package dev.meshd.cli.demo;

import dev.meshd.cli.Meshd;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Runs a client command of meshd in this process: it speaks to a Unix socket, so it needs no
 * namespace and no JVM of its own. Stateless.
 */
final class MeshdCli {
  private MeshdCli() {}

  /** What a command printed and how it ended. */
  record Outcome(String command, int exitCode, String out, String err) {
    Outcome orThrow() {
      if (exitCode != 0) {
        throw new DemoFailure(
            "%s ended with exit code %d: %s".formatted(command, exitCode, said()));
      }
      return this;
    }

    /** Returns everything it printed, errors first. */
    String said() {
      return (err + out).strip();
    }
  }

  static Outcome run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode = Meshd.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Outcome("meshd " + arguments[0], exitCode, out.toString(), err.toString());
  }
}
