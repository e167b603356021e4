package dev.meshd.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command to be run in a host, put together step by step. Owned by one thread. */
public final class LabCommand {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  /**
   * Gives the host its own names, then becomes the command. A daemon may rewrite its resolv.conf.
   */
  private static final String WITH_NAMES =
      "mount --bind \"$1\" /etc/hosts 2>/dev/null;"
          + " mount --bind \"$2\" /etc/resolv.conf 2>/dev/null;"
          + " shift 2; exec \"$@\"";

  private final LabHost host;
  private final List<String> words;
  private final Map<String, String> environment = new HashMap<>();
  private Duration limit = DEFAULT_LIMIT;
  private String input = "";

  LabCommand(LabHost host, List<String> words) {
    this.host = host;
    this.words = List.copyOf(words);
  }

  /** Sets a variable of the command's environment. */
  public LabCommand environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Sets how long {@link #run()} waits before it kills the command; 30 s when not said. */
  public LabCommand limit(Duration longest) {
    this.limit = longest;
    return this;
  }

  /** Sets what the command reads from standard input; nothing when not said. */
  public LabCommand input(String text) {
    this.input = text;
    return this;
  }

  /** Runs the command to its end. */
  public CommandResult run() {
    return Shell.run(limit, entering(), words, environment, input);
  }

  /**
   * Starts a program that keeps running until it or the lab is closed. What it prints goes to
   * {@code HOST/NAME.log} in the lab's directory, appended when the name is used again.
   */
  public LabProcess start(String name) {
    Path log = host.directory().resolve(name + ".log");
    var builder = new ProcessBuilder(entering());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Files.writeString(log, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return host.started(new LabProcess(host.name() + "/" + name, builder.start(), log));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + String.join(" ", words), e);
    }
  }

  private List<String> entering() {
    var command = new ArrayList<>(List.of("ip", "netns", "exec", host.namespace()));
    command.addAll(List.of("sh", "-c", WITH_NAMES, "sh"));
    command.add(host.hostsFile().toString());
    command.add(host.resolvConf().toString());
    command.addAll(words);
    return command;
  }
}
