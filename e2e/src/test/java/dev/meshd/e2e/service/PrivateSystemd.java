package dev.meshd.e2e.service;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A systemd that is process 1 of its own namespaces on a host of the lab. It sees the machine's
 * programs, but has run and state directories of its own and knows no units besides ours, so that
 * it touches nothing of the machine. meshd is installed for it in {@code /opt/meshd}.
 */
final class PrivateSystemd implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Path UNITS = Path.of("..", "packaging", "systemd");

  /** Targets that every service leans on. */
  private static final List<String> TARGETS =
      List.of("sysinit", "basic", "shutdown", "multi-user", "network-pre", "network-online");

  /** What process 1 is to find; the first argument is the directory of this object. */
  private static final String SET_UP =
      """
      set -e
      mount --make-rprivate /
      mkdir -p /opt
      mount --bind "$1/opt" /opt
      for directory in /run /var/lib /usr/lib/systemd/system /etc/systemd; do
        mount -t tmpfs tmpfs "$directory"
      done
      cp /opt/units/*.target /opt/units/*.service /usr/lib/systemd/system/
      mkdir -p /run/systemd/system
      cp -r /opt/units/*.d /run/systemd/system/
      mount -t cgroup2 cgroup2 /sys/fs/cgroup
      exec /usr/bin/env container=lxc "$2" --system --unit=multi-user.target \
        --log-target=console --show-status=false
      """;

  private final LabHost host;
  private final Path directory;
  private final LabProcess process;

  private PrivateSystemd(LabHost host, String systemd) throws IOException {
    this.host = host;
    this.directory = Files.createDirectories(host.directory().resolve("systemd"));
    install();
    this.process =
        host.start(
            "systemd",
            "unshare",
            "--fork",
            "--pid",
            "--mount-proc",
            "--mount",
            "--cgroup",
            "--ipc",
            "--uts",
            "--kill-child",
            "sh",
            "-c",
            SET_UP,
            "sh",
            directory.toString(),
            systemd);
  }

  /** Starts systemd and returns when it takes commands; skips the test where there is none. */
  static PrivateSystemd start(LabHost host) {
    String systemd = Programs.require("systemd");
    Programs.require("systemctl");
    try {
      var started = new PrivateSystemd(host, systemd);
      Await.until(
          START_LIMIT,
          "systemd to answer; its log: " + started.process.log(),
          () -> started.systemctl("is-system-running").out().matches("(running|degraded)\\s*"));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts the program and the units where the namespaces will show them. */
  private void install() throws IOException {
    Path opt = Files.createDirectories(directory.resolve("opt"));
    Path units = Files.createDirectories(opt.resolve("units"));
    for (String target : TARGETS) {
      Files.writeString(units.resolve(target + ".target"), "[Unit]\nDescription=" + target + "\n");
    }
    Path program = installProgram(opt.resolve("meshd"));
    for (String unit : List.of("meshd.service", "meshd-server.service")) {
      String text = Files.readString(UNITS.resolve(unit));
      Files.writeString(units.resolve(unit), text.replace("/usr/bin/meshd", program.toString()));
      Path more = Files.createDirectories(units.resolve(unit + ".d"));
      Files.writeString(
          more.resolve("log.conf"),
          "[Service]\nStandardOutput=null\nStandardError=append:/opt/" + unit + ".log\n");
    }
  }

  /** A copy of what this test runs with: where it lies itself may be hidden from a service. */
  private static Path installProgram(Path home) throws IOException {
    Path lib = Files.createDirectories(home.resolve("lib"));
    List<String> classPath = new ArrayList<>();
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path from = Path.of(entry);
      if (Files.isDirectory(from)) {
        copyTree(from, lib.resolve("classes" + number));
        classPath.add("/opt/meshd/lib/classes" + number++);
      } else if (Files.exists(from)) {
        Files.copy(from, lib.resolve(from.getFileName()));
        classPath.add("/opt/meshd/lib/" + from.getFileName());
      }
    }
    copyTree(Path.of(System.getProperty("java.home")), home.resolve("java"));
    Path program = Files.createDirectories(home.resolve("bin")).resolve("meshd");
    Files.writeString(
        program,
        """
        #!/bin/sh
        exec /opt/meshd/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx192m \
          --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
          -cp %s dev.meshd.cli.Meshd "$@"
        """
            .formatted(String.join(":", classPath)));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Path.of("/opt/meshd/bin/meshd");
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  /** Adds settings to a unit, as an administrator does with {@code systemctl edit}. */
  void configure(String unit, String settings) {
    try {
      Path more = seen("/run/systemd/system/" + unit + ".d");
      Files.writeString(Files.createDirectories(more).resolve("test.conf"), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    systemctl("daemon-reload").orThrow();
  }

  CommandResult systemctl(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of("nsenter", "-t", Long.toString(firstPid()), "-m", "-p", "systemctl"));
    command.addAll(List.of(words));
    return host.command(command).limit(START_LIMIT.plusSeconds(60)).run();
  }

  /** A property of a unit, such as {@code StatusText}. */
  String property(String unit, String name) {
    return systemctl("show", unit, "-P", name).orThrow().out().strip();
  }

  /** What the service has logged. */
  String log(String unit) {
    try {
      return Files.readString(directory.resolve("opt").resolve(unit + ".log"));
    } catch (IOException e) {
      return "";
    }
  }

  /** A file as services see it, for use from outside. */
  Path seen(String path) {
    return Path.of("/proc/" + firstPid() + "/root" + path);
  }

  /** The number of systemd's process outside its namespace: the child of {@code unshare}. */
  private long firstPid() {
    return ProcessHandle.of(process.pid())
        .flatMap(unshare -> unshare.descendants().findFirst())
        .map(ProcessHandle::pid)
        .orElse(process.pid());
  }

  @Override
  public void close() {
    systemctl("stop", "meshd.service", "meshd-server.service");
    process.kill();
  }
}
