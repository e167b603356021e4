package dev.meshd.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Addresses, routes and rules of this machine, as the {@code ip} program tells them. */
final class NetworkSettings {
  private static final long PATIENCE_SECONDS = 5;
  private static final int MAX_BYTES = 1 << 20;

  private static final Map<String, List<String>> QUESTIONS =
      Map.of(
          "addresses.txt", List.of("ip", "-d", "address"),
          "routes.txt", List.of("ip", "route", "show", "table", "all"),
          "routes6.txt", List.of("ip", "-6", "route", "show", "table", "all"),
          "rules.txt", List.of("ip", "rule"));

  private NetworkSettings() {}

  /** Answers by file name; a question that fails is answered with why. */
  static Map<String, String> read() {
    Map<String, String> answers = new LinkedHashMap<>();
    QUESTIONS.forEach((file, command) -> answers.put(file, ask(command)));
    return answers;
  }

  private static String ask(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String answer = new String(process.getInputStream().readNBytes(MAX_BYTES), UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return answer;
    } catch (IOException e) {
      return String.join(" ", command) + " cannot be run: " + e.getMessage() + "\n";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted\n";
    }
  }
}
