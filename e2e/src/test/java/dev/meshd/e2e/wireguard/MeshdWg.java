package dev.meshd.e2e.wireguard;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An interface of {@code meshd-wg} on a host of the lab, started by its launcher script as {@code
 * wg-quick} starts it, and configured with {@code wg}. Closing deletes the interface.
 */
final class MeshdWg implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static Path program;

  private final WgSide side;

  private MeshdWg(WgSide side) {
    this.side = side;
  }

  /**
   * The launcher, with the libraries of this build. It stands in a directory of its own, so that it
   * finds no sources to build.
   */
  static synchronized Path program() {
    Path root = Path.of("..").toAbsolutePath().normalize();
    Path libraries = root.resolve("cli/target/dist/lib");
    assumeTrue(Files.isDirectory(libraries), "cli is not packaged: run ./test e2e");
    if (program == null) {
      try {
        Path copy = Files.createTempDirectory("meshd-wg");
        Path dist = Files.createDirectories(copy.resolve("cli/target/dist"));
        Files.createSymbolicLink(dist.resolve("lib"), libraries);
        Files.createFile(dist.resolve(".built"));
        Files.createDirectory(copy.resolve(".mvn"));
        for (String file : List.of("meshd", "meshd-wg", ".mvn/find-jdk.sh")) {
          Files.copy(root.resolve(file), copy.resolve(file));
          copy.resolve(file).toFile().setExecutable(true);
        }
        program = copy.resolve("meshd-wg");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return program;
  }

  /** Starts it as a program in the background. */
  static MeshdWg start(WgSide side) {
    Programs.require("wg");
    run(side.host(), side.interfaceName()).orThrow();
    return new MeshdWg(side);
  }

  /** Starts it and lets it talk to the other side. */
  static MeshdWg start(WgSide side, WgSide other, String peerLines) {
    MeshdWg started = start(side);
    started.setConf(
        "PrivateKey = %s\nListenPort = %d\n".formatted(side.key().base64(), WgSide.PORT),
        WgSide.peerSection(other, peerLines));
    started.up(side.host());
    addRoutes(side.host(), side, other);
    return started;
  }

  static CommandResult run(LabHost host, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program().toString()));
    command.addAll(List.of(arguments));
    return host.command(command).limit(LIMIT).run();
  }

  static void addRoutes(LabHost host, WgSide side, WgSide other) {
    String name = side.interfaceName();
    host.run("ip", "route", "add", other.ipv4() + "/32", "dev", name).orThrow();
    host.run("ip", "route", "add", other.ipv6() + "/128", "dev", name).orThrow();
  }

  /** Gives it its addresses and switches it on, in whatever namespace it is. */
  void up(LabHost where) {
    String name = side.interfaceName();
    where.run("ip", "address", "add", side.ipv4() + "/32", "dev", name).orThrow();
    where.run("ip", "address", "add", side.ipv6() + "/128", "dev", name, "nodad").orThrow();
    where.run("ip", "link", "set", name, "up").orThrow();
  }

  void setConf(String interfaceLines, String peers) {
    conf("setconf", interfaceLines, peers);
  }

  void conf(String verb, String interfaceLines, String peers) {
    side.host()
        .command("wg", verb, side.interfaceName(), "/dev/stdin")
        .input("[Interface]\n" + interfaceLines + peers)
        .run()
        .orThrow();
  }

  /** Runs {@code wg set IFACE ...}. */
  CommandResult set(String... words) {
    List<String> command = new ArrayList<>(List.of("wg", "set", side.interfaceName()));
    command.addAll(List.of(words));
    return side.host().command(command).run();
  }

  /** What {@code wg show IFACE WHAT} prints. */
  String show(String what) {
    return side.host().run("wg", "show", side.interfaceName(), what).orThrow().out().strip();
  }

  Path socket() {
    return Path.of("/var/run/wireguard", side.interfaceName() + ".sock");
  }

  /** The process behind it. */
  ProcessHandle process() {
    String name = side.interfaceName();
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .map(List::of)
                    .filter(words -> words.contains("wg") && words.getLast().equals(name))
                    .isPresent())
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElseThrow();
  }

  void awaitGone() {
    Await.until(LIMIT, "the socket to go away", () -> !Files.exists(socket()));
    Await.until(
        LIMIT,
        "the interface to go away",
        () -> !side.host().run("ip", "link", "show", side.interfaceName()).succeeded());
  }

  @Override
  public void close() {
    side.host().run("ip", "link", "delete", side.interfaceName());
    Await.until(LIMIT, "the socket to go away", () -> !Files.exists(socket()));
  }
}
