package dev.meshd.bench.lab;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs under test. Stateless. */
public final class Program {
  private Program() {}

  /**
   * The words that run {@code meshd}: the launcher of this checkout, which chooses the JVM's
   * options. What it starts keeps the launcher's process id.
   */
  public static List<String> meshd(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(root().resolve("meshd").toString());
    words.addAll(List.of(arguments));
    return words;
  }

  /** The checkout; {@code ./bench} tells it. */
  private static Path root() {
    return Path.of(System.getProperty("meshd.root", ".")).toAbsolutePath().normalize();
  }

  /**
   * Somebody else's program: in the directory that {@code MESHD_INTEROP_BIN} names, or in {@code
   * PATH}.
   */
  public static Optional<String> find(String name) {
    String places =
        Optional.ofNullable(System.getenv("MESHD_INTEROP_BIN")).orElse("")
            + File.pathSeparator
            + Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String directory : places.split(File.pathSeparator)) {
      Path candidate = Path.of(directory, name);
      if (!directory.isEmpty() && Files.isExecutable(candidate)) {
        return Optional.of(candidate.toString());
      }
    }
    return Optional.empty();
  }

  /** Like {@link #find}, for what cannot be done without. */
  public static String require(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the program \""
                        + name
                        + "\" is needed: install it, or name its directory in"
                        + " MESHD_INTEROP_BIN"));
  }
}
