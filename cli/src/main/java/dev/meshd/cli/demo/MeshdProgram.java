package dev.meshd.cli.demo;

import dev.meshd.cli.Meshd;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines that run this very build of meshd, or a class of it, in a JVM of their own.
 * Stateless.
 */
final class MeshdProgram {
  private static final String HEAP = "-Xmx192m";

  private MeshdProgram() {}

  /** Returns the command for a service that carries packets: {@code daemon}. */
  static List<String> fast(String... arguments) {
    return java(Meshd.class, List.of(), List.of(arguments));
  }

  /** Returns the command for a service that should start soon: without the optimising compiler. */
  static List<String> soon(List<String> arguments) {
    return java(Meshd.class, List.of("-XX:TieredStopAtLevel=1"), arguments);
  }

  /** Returns the command for a program of this package. */
  static List<String> java(Class<?> program, List<String> arguments) {
    return java(program, List.of(), arguments);
  }

  private static List<String> java(Class<?> program, List<String> options, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            HEAP,
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    return command;
  }
}
