package dev.meshd.bench.tunnel;

import dev.meshd.bench.lab.Load;
import dev.meshd.bench.lab.Program;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two ends of one program on links of their own. Owned by one thread; ends with its lab. */
final class Tunnel {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final String name;
  private final Load.Link link;
  private final double startSeconds;

  private Tunnel(String name, Load.Link link, double startSeconds) {
    this.name = name;
    this.link = link;
    this.startSeconds = startSeconds;
  }

  String name() {
    return name;
  }

  Load.Link link() {
    return link;
  }

  /** From the start of the second end to its first answer. */
  double startSeconds() {
    return startSeconds;
  }

  /** Starts one end. */
  private interface Start {
    LabProcess start(Side side, Side other);
  }

  /** Starts a tunnel of every program that is found, ours first. */
  static List<Tunnel> startAll(Lab lab) {
    List<Tunnel> tunnels = new ArrayList<>();
    tunnels.add(start(lab, "meshd", "m", Tunnel::meshd));
    find(lab, tunnels, "wireguard-go", "g", List.of());
    find(lab, tunnels, "wireguard-go-current", "c", List.of());
    find(lab, tunnels, "boringtun-cli", "b", List.of("-f", "--disable-drop-privileges"));
    return tunnels;
  }

  private static void find(
      Lab lab, List<Tunnel> tunnels, String program, String letter, List<String> options) {
    Optional<String> found = Program.find(program);
    found.ifPresent(
        path ->
            tunnels.add(
                start(
                    lab, program, letter, (side, other) -> userspace(path, options, side, other))));
  }

  private static Tunnel start(Lab lab, String name, String letter, Start start) {
    Side from = side(lab, letter, 1);
    Side to = side(lab, letter, 2);
    LabProcess receiver = start.start(to, from);
    long beginNs = System.nanoTime();
    LabProcess sender = start.start(from, to);
    Await.until(
        START_LIMIT,
        "an answer through " + name,
        () -> from.host().run("ping", "-n", "-c", "1", "-W", "1", to.address()).succeeded());
    return new Tunnel(
        name,
        new Load.Link(from.host(), to.host(), to.address(), List.of(sender.pid(), receiver.pid())),
        (System.nanoTime() - beginNs) / 1e9);
  }

  private static Side side(Lab lab, String letter, int number) {
    LabHost host = lab.addHost(letter + number, Site.open().ipv4Only());
    String name = "wg" + Long.toString(ProcessHandle.current().pid(), 36) + letter + number;
    return new Side(host, number, name, NodePrivateKey.generate());
  }

  private static LabProcess meshd(Side side, Side other) {
    Path file = side.host().directory().resolve(side.interfaceName() + ".conf");
    String config =
        """
        [Interface]
        PrivateKey = %s
        Address = %s/32
        ListenPort = %d
        %s"""
            .formatted(side.key().base64(), side.address(), Side.PORT, side.peerSection(other));
    write(file, config);
    LabProcess process =
        side.host()
            .command(Program.meshd("wg", "up", "--foreground", "-v", file.toString()))
            .start("meshd");
    process.awaitLog("is up, UDP port", START_LIMIT);
    return process;
  }

  /** A program that makes the interface and is then configured as the kernel's is. */
  private static LabProcess userspace(String program, List<String> options, Side side, Side other) {
    String name = side.interfaceName();
    LabHost host = side.host();
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(options);
    command.add(name);
    LabProcess process =
        host.command(command).environment("WG_PROCESS_FOREGROUND", "1").start("tunnel");
    Path socket = Path.of("/var/run/wireguard", name + ".sock");
    Await.until(START_LIMIT, program + " to open " + socket, () -> Files.exists(socket));
    String config =
        """
        [Interface]
        PrivateKey = %s
        ListenPort = %d
        %s"""
            .formatted(side.key().base64(), Side.PORT, side.peerSection(other));
    host.command("wg", "setconf", name, "/dev/stdin").input(config).run().orThrow();
    host.run("ip", "address", "add", side.address() + "/32", "dev", name).orThrow();
    host.run("ip", "link", "set", name, "mtu", Integer.toString(Side.MTU), "up").orThrow();
    host.run("ip", "route", "add", other.address() + "/32", "dev", name).orThrow();
    return process;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
