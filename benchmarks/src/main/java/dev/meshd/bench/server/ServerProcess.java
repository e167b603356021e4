package dev.meshd.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.bench.measure.ProcessUsage;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.coordinator.admin.AdminClient;
import dev.meshd.coordinator.admin.AdminException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code meshd server} of its own on free ports of the loopback interface, with all it keeps in
 * one directory. Ends with this process, also when that is told to end. Owned by one thread.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final long POLL_MS = 20;
  private static final Pattern USED_KIB = Pattern.compile("total \\d+K, used (\\d+)K");

  private final List<String> program;
  private final Path directory;
  private final Path config;
  private final AdminClient admin;
  private final ServerUrl url;
  private final Thread killOnExit = new Thread(this::kill, "kill-server");

  private volatile Process process;

  private ServerProcess(List<String> program, Path directory) throws IOException {
    this.program = List.copyOf(program);
    this.directory = directory;
    this.config = directory.resolve("server.yaml");
    Path socket = directory.resolve("server.sock");
    this.admin = new AdminClient(socket);
    int port = freeTcpPort();
    this.url = ServerUrl.parse("http://127.0.0.1:" + port);
    Files.writeString(
        config,
        """
        listen_addr: 127.0.0.1:%d
        server_url: %s
        data_dir: %s
        unix_socket: %s
        derp:
          server:
            listen_addr: 127.0.0.1:%d
            stun_listen_addr: 127.0.0.1:%d
        """
            .formatted(port, url, directory.resolve("data"), socket, freeTcpPort(), freeUdpPort()));
    Runtime.getRuntime().addShutdownHook(killOnExit);
    this.process = launch();
  }

  /**
   * Starts a server and returns when it answers.
   *
   * @param program the words that run {@code meshd}, to which {@code server ...} is added
   */
  public static ServerProcess start(List<String> program, Path directory)
      throws IOException, InterruptedException {
    ServerProcess server = new ServerProcess(program, directory);
    server.awaitAnswer();
    return server;
  }

  public ServerUrl url() {
    return url;
  }

  public AdminClient admin() {
    return admin;
  }

  public long pid() {
    return process.pid();
  }

  ProcessUsage usage() {
    return ProcessUsage.of(pid());
  }

  /** Asks it to end, and waits until it has. */
  void terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not end when it is asked to; " + logTail());
    }
  }

  /** Ends it without notice. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts it again on the same data, and returns when it answers. */
  void restart() throws IOException, InterruptedException {
    process = launch();
    awaitAnswer();
  }

  /** What lives on the heap, after a full collection; empty without the JDK's tools. */
  OptionalLong liveHeapBytes() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      return OptionalLong.empty();
    }
    run(jcmd.toString(), Long.toString(pid()), "GC.run");
    String generations = run(jcmd.toString(), Long.toString(pid()), "GC.heap_info");
    long used = 0;
    Matcher matcher = USED_KIB.matcher(generations);
    while (matcher.find()) {
      used += Long.parseLong(matcher.group(1)) * 1024;
    }
    return used == 0 ? OptionalLong.empty() : OptionalLong.of(used);
  }

  /** Lines of warnings and errors in its log so far. */
  List<String> warnings() throws IOException {
    try (var lines = Files.lines(log())) {
      return lines.filter(line -> line.contains("WARN") || line.contains("ERROR")).toList();
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(tool.getInputStream().readAllBytes(), UTF_8);
    tool.waitFor();
    return text;
  }

  private Process launch() throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("server", "--config", config.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private void awaitAnswer() throws InterruptedException, IOException {
    long deadlineNs = System.nanoTime() + START_LIMIT.toNanos();
    Optional<AdminException> problem = Optional.empty();
    while (System.nanoTime() - deadlineNs < 0) {
      try {
        var _ = admin.users();
        return;
      } catch (AdminException e) {
        problem = Optional.of(e);
      }
      if (!process.isAlive()) {
        throw new IOException("the server ended at once; " + logTail());
      }
      Thread.sleep(POLL_MS);
    }
    throw new IOException("the server does not answer; " + logTail(), problem.orElse(null));
  }

  private Path log() {
    return directory.resolve("server.log");
  }

  private String logTail() {
    try {
      List<String> lines = Files.readAllLines(log());
      return "its log ends\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "it has no log";
    }
  }

  private static int freeTcpPort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket probe = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(killOnExit);
    } catch (IllegalStateException e) {
      // the process is ending already
    }
  }
}
