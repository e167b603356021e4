package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The namespace test that wireguard-go ships as {@code tests/netns.sh}, with our program in the
 * place of theirs. It is not part of this project: it runs where somebody has put it into {@code
 * MESHD_INTEROP_BIN} as {@code wireguard-go-netns.sh}. What it covers is covered by {@link
 * WgToolTest} and {@link WgNamespaceTest} as well.
 */
@ExtendWith(LabExtension.class)
class WireGuardGoScriptTest {
  private static final long LIMIT_MINUTES = 15;

  @Test
  void passesFromStartToEnd(@TempDir Path directory) throws IOException, InterruptedException {
    String script = Programs.require("wireguard-go-netns.sh");
    for (String needed : new String[] {"bash", "wg", "ncat", "iptables", "iperf3", "ss"}) {
      Programs.require(needed);
    }
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder("bash", script, MeshdWg.program().toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroy(); // it removes its namespaces
      process.waitFor();
    }
    String text = Files.readString(log);
    assertThat(text.substring(Math.max(0, text.length() - 4000)))
        .contains("Objects that were created were also destroyed.");
    assertThat(process.exitValue()).isZero();
  }
}
