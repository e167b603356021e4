package dev.meshd.bench;

import java.nio.file.Path;
import java.util.List;

/** The program under test: the launcher of this checkout, which chooses the JVM's options. */
final class Meshd {
  private Meshd() {}

  /** The words that run {@code meshd}; whatever it starts keeps the launcher's process id. */
  static List<String> program() {
    return List.of(root().resolve("meshd").toString());
  }

  /** The checkout; {@code ./bench} tells it. */
  static Path root() {
    return Path.of(System.getProperty("meshd.root", ".")).toAbsolutePath().normalize();
  }
}
