package dev.meshd.e2e.derp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of another project, running on this machine with its output in a file. */
final class LocalProgram implements AutoCloseable {
  private static final long STOP_LIMIT_S = 5;

  private final Process process;
  private final Path log;

  private LocalProgram(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static LocalProgram start(Path log, Map<String, String> environment, List<String> command)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new LocalProgram(builder.start(), log);
  }

  /** A TCP port that was free a moment ago. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  boolean awaitExit(long limitS) throws InterruptedException {
    return process.waitFor(limitS, TimeUnit.SECONDS);
  }

  String logText() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
