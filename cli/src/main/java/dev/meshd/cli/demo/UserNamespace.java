package dev.meshd.cli.demo;

import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs the same command again in a user namespace, where it is root.
 *
 * <p>The first process keeps a pipe to the second: one line with the process id by which the
 * namespace is entered from outside, then nothing. When the pipe closes, because the first process
 * ended in whatever way, the second ends too and the namespaces go with it. Stateless but for what
 * the second process is told at its start.
 */
final class UserNamespace {
  private static final String INSIDE = "MESHD_DEMO_IN_USER_NAMESPACE";
  private static final int CLEANUP_SECONDS = 20;

  private static volatile Optional<Long> pidOutside = Optional.empty();

  private UserNamespace() {}

  static boolean isInside() {
    return System.getenv(INSIDE) != null;
  }

  /** Returns the process to name to {@code nsenter}; empty when the lab is the machine's own. */
  static Optional<Long> pidOutside() {
    return pidOutside;
  }

  /** Starts the second process, waits for it and returns its exit code. */
  static int run(List<String> prefix, List<String> arguments) {
    var command = new ArrayList<>(prefix);
    command.addAll(MeshdProgram.soon(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put(INSIDE, "1");
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Process inside = builder.start();
      var pipe = new PrintWriter(inside.getOutputStream(), true, StandardCharsets.UTF_8);
      pipe.println(inside.pid());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(inside, pipe), "demo-cleanup"));
      return inside.waitFor();
    } catch (IOException e) {
      throw new CommandFailure("meshd demo: cannot start unshare: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Meshd.EXIT_FAILURE;
    }
  }

  /**
   * In the second process: learns the process id and watches the pipe. In any other: does nothing.
   */
  static void endWithParent() {
    if (!isInside()) {
      return;
    }
    var pipe = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      pidOutside = Optional.ofNullable(pipe.readLine()).map(Long::valueOf);
    } catch (IOException e) {
      throw new CommandFailure("meshd demo: lost the process that started this one", e);
    }
    Thread.ofPlatform().daemon().name("demo-parent").start(() -> exitAtEnd(pipe));
  }

  private static void exitAtEnd(BufferedReader pipe) {
    try {
      while (pipe.read() >= 0) {
        // nothing more is ever said
      }
    } catch (IOException e) {
      // as good as the end
    }
    System.exit(Meshd.EXIT_FAILURE);
  }

  private static void end(Process inside, PrintWriter pipe) {
    pipe.close();
    try {
      if (!inside.waitFor(CLEANUP_SECONDS, TimeUnit.SECONDS)) {
        inside.destroyForcibly();
      }
    } catch (InterruptedException e) {
      inside.destroyForcibly();
    }
  }
}
