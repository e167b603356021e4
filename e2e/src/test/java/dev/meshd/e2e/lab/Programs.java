package dev.meshd.e2e.lab;

import java.util.ArrayList;
import java.util.List;

/** Command lines for programs that are classes of these tests. Stateless. */
final class Programs {
  private Programs() {}

  /** Returns the command that runs a class of the test class path in a small JVM. */
  static List<String> java(Class<?> program, String... arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
