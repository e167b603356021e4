package dev.meshd.agent.wg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WgRunFileTest {
  @TempDir Path directory;

  @Test
  void findsTheProcessThatClaimedIt() {
    WgRunFile file = WgRunFile.in(directory.resolve("new"), "wg0");
    assertThat(file.process()).isEmpty();
    file.claim();
    assertThat(file.process()).contains(ProcessHandle.current());
    file.release();
    assertThat(file.process()).isEmpty();
    assertThat(file.stop()).isFalse();
  }

  @Test
  void processOfAnotherStartIsNotTheOne() throws IOException {
    String self = Long.toString(ProcessHandle.current().pid());
    Files.write(directory.resolve("wg-wg0.pid"), List.of(self, "2001-01-01T00:00:00Z"));
    assertThat(WgRunFile.in(directory, "wg0").process()).isEmpty();
  }

  @Test
  void damagedFileNamesNoProcess() throws IOException {
    for (String text : List.of("", "x\ny", "99999999999999999999\nz", "1")) {
      Files.writeString(directory.resolve("wg-wg0.pid"), text);
      assertThat(WgRunFile.in(directory, "wg0").process()).isEmpty();
    }
  }
}
