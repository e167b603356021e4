package dev.meshd.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshd.cli.Meshd;
import dev.meshd.testkit.lab.LabAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Command lines of the programs that tests run: ours, classes of the tests, and other people's.
 * Stateless.
 */
public final class Programs {
  private Programs() {}

  /** Returns the command that runs a class of the test class path in a small JVM. */
  public static List<String> java(Class<?> program, String... arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Returns the command that runs a service of meshd, such as {@code daemon}, which starts sooner
   * without the optimising compiler.
   */
  public static List<String> service(String... arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx192m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Meshd.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Returns the command that runs a client command of meshd, such as {@code status}. */
  public static List<String> meshd(String... arguments) {
    return java(Meshd.class, arguments);
  }

  /**
   * Returns where a program of another project is: in the directory that {@code MESHD_INTEROP_BIN}
   * names, or in PATH.
   */
  public static Optional<Path> find(String program) {
    String directory = System.getenv("MESHD_INTEROP_BIN");
    if (directory != null && Files.isExecutable(Path.of(directory, program))) {
      return Optional.of(Path.of(directory, program));
    }
    return LabAccess.program(program);
  }

  /** Returns where a program is, or skips the test that needs it. */
  public static String require(String program) {
    Optional<Path> found = find(program);
    assumeTrue(found.isPresent(), () -> program + " was not found in PATH or in MESHD_INTEROP_BIN");
    return found.orElseThrow().toString();
  }
}
