package dev.meshd.e2e.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.time.Duration;

/** A host that floods another with handshake initiations, from its own or from many addresses. */
final class Attacker {
  static final int MANY = 10_000;

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LabHost host;

  /** Also has {@code victim} route the many addresses here. */
  Attacker(LabHost host, LabHost victim) {
    this.host = host;
    host.run("ip", "route", "add", "local", FloodTool.SOURCE_PREFIX, "dev", "lo").orThrow();
    victim.run("ip", "route", "add", FloodTool.SOURCE_PREFIX, "via", host.ipv4()).orThrow();
  }

  /**
   * @param mac1Key the victim's public key as base64, or {@code random}
   * @param sources how many addresses; 0 for the host's own
   */
  record Flood(String name, int rate, int burst, int seconds, String mac1Key, int sources) {
    static Flood known(String name, NodeKey victim, int sources) {
      return new Flood(name, 10_000, 50, 10, victim.base64(), sources);
    }

    static Flood random(String name, int sources) {
      return new Flood(name, 10_000, 50, 10, "random", sources);
    }
  }

  /** Returns once the first messages are on their way. */
  LabProcess start(Flood flood, WgSide victim) {
    LabProcess process =
        host.command(
                Programs.java(
                    FloodTool.class,
                    victim.endpoint(false),
                    Integer.toString(flood.rate()),
                    Integer.toString(flood.burst()),
                    Integer.toString(flood.seconds()),
                    flood.mac1Key(),
                    Integer.toString(flood.sources())))
            .start("flood-" + flood.name().replace(' ', '-').replace(',', '-'));
    process.awaitLog("flooding", LIMIT);
    return process;
  }

  /** What the flood says it has sent, at its end. */
  static String await(LabProcess flood) {
    return flood.awaitLog("sent (\\d+ in .* refused)", LIMIT).group(1);
  }
}
