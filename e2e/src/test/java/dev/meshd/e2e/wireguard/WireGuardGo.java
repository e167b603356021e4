package dev.meshd.e2e.wireguard;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** wireguard-go on a host of the lab, configured and read with {@code wg}. */
final class WireGuardGo {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final WgSide side;
  private final LabProcess process;

  private WireGuardGo(WgSide side, LabProcess process) {
    this.side = side;
    this.process = process;
  }

  static WireGuardGo start(WgSide side, WgSide other, String peerLines) {
    String name = side.interfaceName();
    LabHost host = side.host();
    Programs.require("wg");
    LabProcess process =
        host.command(Programs.require("wireguard-go"), name)
            .environment("WG_PROCESS_FOREGROUND", "1")
            .environment("LOG_LEVEL", "verbose")
            .start("wireguard-go-" + name);
    Path socket = Path.of("/var/run/wireguard", name + ".sock");
    Await.until(START_LIMIT, "wireguard-go to open " + socket, () -> Files.exists(socket));
    String config =
        """
        [Interface]
        PrivateKey = %s
        ListenPort = %d
        %s"""
            .formatted(side.key().base64(), WgSide.PORT, WgSide.peerSection(other, peerLines));
    host.command("wg", "setconf", name, "/dev/stdin").input(config).run().orThrow();
    host.run("ip", "address", "add", side.ipv4() + "/32", "dev", name).orThrow();
    host.run("ip", "address", "add", side.ipv6() + "/128", "dev", name, "nodad").orThrow();
    host.run("ip", "link", "set", name, "mtu", "1420", "up").orThrow();
    host.run("ip", "route", "add", other.ipv4() + "/32", "dev", name).orThrow();
    host.run("ip", "route", "add", other.ipv6() + "/128", "dev", name).orThrow();
    return new WireGuardGo(side, process);
  }

  LabProcess process() {
    return process;
  }

  /** When the last handshake was, in Unix seconds; 0 for never. */
  long latestHandshake() {
    return Long.parseLong(lastWord("latest-handshakes"));
  }

  String endpoint() {
    return lastWord("endpoints");
  }

  long receivedBytes() {
    String[] words = show("transfer").split("\\s+");
    return Long.parseLong(words[1]);
  }

  private String lastWord(String what) {
    String[] words = show(what).split("\\s+");
    return words[words.length - 1];
  }

  private String show(String what) {
    return side.host().run("wg", "show", side.interfaceName(), what).orThrow().out().strip();
  }
}
