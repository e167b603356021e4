package dev.meshd.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs our programs as the user "nobody". The class path of a test run by root may lie where nobody
 * else may look, so it is copied once to where everybody can. Thread-safe.
 */
public final class OrdinaryUser {
  private static final List<String> BECOME_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  private OrdinaryUser() {}

  /** Returns the command for a program of the machine. */
  public static List<String> program(String... words) {
    var command = new ArrayList<>(BECOME_NOBODY);
    command.addAll(List.of(words));
    return command;
  }

  /** Returns the command for one of our programs, given as {@link Programs} gives it. */
  public static List<String> java(List<String> ours) {
    var command = new ArrayList<>(BECOME_NOBODY);
    command.addAll(ours);
    command.set(command.indexOf("-cp") + 1, Copy.CLASS_PATH);
    return command;
  }

  private static final class Copy {
    static final String CLASS_PATH = make();

    private static String make() {
      try {
        Path directory = Files.createTempDirectory("meshd-e2e-classes");
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> run("rm", "-rf", directory.toString())));
        var copies = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
          if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
            Path copy = directory.resolve(copies.size() + "-" + Path.of(entry).getFileName());
            run("cp", "-rL", entry, copy.toString());
            copies.add(copy.toString());
          }
        }
        run("chmod", "-R", "a+rX", directory.toString());
        return String.join(File.pathSeparator, copies);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void run(String... command) {
      try {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
          throw new IllegalStateException(String.join(" ", command) + " failed");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
