package dev.meshd.fuzz;

import java.nio.file.Path;

/**
 * Writes every target's seed inputs below a directory: {@code WriteSeeds DIRECTORY [TARGET...]}.
 * Needed when a target's input format changes; the files are committed.
 */
final class WriteSeeds {

  private WriteSeeds() {}

  public static void main(String[] arguments) throws Exception {
    Path corpora = Path.of(arguments[0]);
    for (FuzzTarget target : FuzzTarget.values()) {
      boolean wanted = arguments.length == 1;
      for (int i = 1; i < arguments.length; i++) {
        wanted |= arguments[i].equals(target.label());
      }
      if (wanted) {
        target.body().seeds(new Seeds(corpora.resolve(target.label())));
      }
    }
  }
}
