package dev.meshd.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the seed inputs of one target into its corpus directory, a file each. */
public final class Seeds {

  private final Path directory;

  Seeds(Path directory) {
    this.directory = directory;
  }

  /** Adds an input; {@code name} says what is in it. */
  public void add(String name, byte[] input) throws IOException {
    Files.createDirectories(directory);
    Files.write(directory.resolve(name), input);
  }

  /** Adds UTF-8 text. */
  public void add(String name, String input) throws IOException {
    add(name, input.getBytes(StandardCharsets.UTF_8));
  }
}
