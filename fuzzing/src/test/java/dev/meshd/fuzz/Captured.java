package dev.meshd.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.control.model.WireJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Captured control traffic, from the control module's test resources. Only for making seeds: the
 * corpora themselves are committed.
 */
public final class Captured {

  private Captured() {}

  public static String file(String name) throws IOException {
    return Files.readString(directory().resolve(name));
  }

  /** The messages of a file that has one a line, without what was noted about them. */
  public static List<String> messages(String name) throws IOException {
    List<String> messages = new ArrayList<>();
    for (String line : Files.readAllLines(directory().resolve(name))) {
      JsonNode noted = WireJson.mapper().readTree(line);
      JsonNode message = noted.has("response") ? noted.path("response") : noted.path("request");
      messages.add((message.isMissingNode() ? noted : message).toString());
    }
    return messages;
  }

  private static Path directory() {
    return Path.of(System.getProperty("meshd.root", "."))
        .resolve("control/src/test/resources/dev/meshd/control/vectors");
  }
}
