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
import java.util.Map;
import java.util.Optional;

/**
 * Starts another {@code meshd} in a session of its own, so that it outlives the terminal, and waits
 * for the line it prints once it is set up.
 */
final class BackgroundTunnel {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final List<String> arguments;
  private final Map<String, String> environment;

  BackgroundTunnel(List<String> arguments, Map<String, String> environment) {
    this.arguments = arguments;
    this.environment = environment;
  }

  /**
   * Returns what it said when it was set up; empty when it ended without.
   *
   * @param log where its stderr goes
   */
  Optional<String> start(ProcessBuilder.Redirect log) {
    ProcessBuilder builder =
        new ProcessBuilder(command()).redirectInput(new File("/dev/null")).redirectError(log);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        return Optional.ofNullable(out.readLine());
      }
    } catch (IOException e) {
      throw new CommandFailure("meshd wg: cannot start a process: " + e.getMessage(), e);
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
    command.addAll(arguments);
    return command;
  }
}
