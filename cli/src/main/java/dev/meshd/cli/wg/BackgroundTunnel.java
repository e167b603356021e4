package dev.meshd.cli.wg;

import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts {@code meshd wg up --foreground} in a session of its own, so that it outlives the
 * terminal, and waits for the line it prints once the tunnel is up. Its log goes to a file.
 */
final class BackgroundTunnel {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Path file;
  private final Path log;
  private final int verbosity;

  BackgroundTunnel(Path file, Path log, int verbosity) {
    this.file = file;
    this.log = log;
    this.verbosity = verbosity;
  }

  /**
   * Returns what the tunnel said when it was up.
   *
   * @throws CommandFailure with what it said when it failed
   */
  String start() {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Process process =
          new ProcessBuilder(command())
              .redirectInput(new File("/dev/null"))
              .redirectError(log.toFile())
              .start();
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        String ready = out.readLine();
        if (ready != null) {
          return ready;
        }
      }
      throw new CommandFailure(lastWords());
    } catch (IOException e) {
      throw new CommandFailure("meshd wg: cannot start the tunnel: " + e.getMessage(), e);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Meshd.class.getName()));
    command.addAll(List.of("wg", "up", "--foreground"));
    for (int i = 0; i < verbosity; i++) {
      command.add("-v");
    }
    command.add(file.toAbsolutePath().toString());
    return command;
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    Files.delete(log);
    return lines.isEmpty() ? "meshd wg: the tunnel ended at once" : lines.getLast();
  }
}
