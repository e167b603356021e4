package dev.meshd.coordinator.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory of the owner alone that goes away with everything in it. */
final class Workplace implements AutoCloseable {
  private final Path path;

  private Workplace(Path path) {
    this.path = path;
  }

  static Workplace in(Path parent) throws IOException {
    return new Workplace(
        Files.createTempDirectory(
            parent,
            ".meshd-backup-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
  }

  Path path() {
    return path;
  }

  Path file(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(path);
  }
}
