package dev.meshd.e2e.mesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.cli.Meshd;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Runs client commands of meshd in this process: they speak to a Unix socket and need no namespace.
 * Stateless.
 */
final class Cli {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Cli() {}

  record Outcome(String command, int exitCode, String out, String err) {
    Outcome orThrow() {
      if (exitCode != 0) {
        throw new AssertionError("%s ended with %d%n%s%s".formatted(command, exitCode, err, out));
      }
      return this;
    }

    String said() {
      return out + err;
    }
  }

  static Outcome run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode = Meshd.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Outcome(
        "meshd " + String.join(" ", arguments), exitCode, out.toString(), err.toString());
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
