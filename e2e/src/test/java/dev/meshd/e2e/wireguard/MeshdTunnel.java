package dev.meshd.e2e.wireguard;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** {@code meshd wg up --foreground} on a host of the lab. */
final class MeshdTunnel {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final WgSide side;
  private final LabProcess process;

  private MeshdTunnel(WgSide side, LabProcess process) {
    this.side = side;
    this.process = process;
  }

  static MeshdTunnel start(WgSide side, WgSide other, String peerLines) {
    Path file = writeConfig(side, other, peerLines);
    LabProcess process =
        side.host()
            .command(Programs.service("wg", "up", "--foreground", "-v", file.toString()))
            .start("meshd-" + side.interfaceName());
    process.awaitLog("is up, UDP port", START_LIMIT);
    return new MeshdTunnel(side, process);
  }

  static Path writeConfig(WgSide side, WgSide other, String peerLines) {
    Path file = side.host().directory().resolve(side.interfaceName() + ".conf");
    try {
      Files.writeString(
          file,
          """
          [Interface]
          PrivateKey = %s
          Address = %s/32, %s/128
          ListenPort = %d
          %s"""
              .formatted(
                  side.key().base64(),
                  side.ipv4(),
                  side.ipv6(),
                  WgSide.PORT,
                  WgSide.peerSection(other, peerLines)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  WgSide side() {
    return side;
  }

  LabProcess process() {
    return process;
  }
}
