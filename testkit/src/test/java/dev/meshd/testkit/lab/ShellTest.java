package dev.meshd.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShellTest {
  @Test
  void keepsOutputErrorsAndExitCodeApart() {
    CommandResult result =
        Shell.run(Duration.ofSeconds(10), "sh", "-c", "echo out; echo err >&2; exit 3");
    assertThat(result.out()).isEqualTo("out\n");
    assertThat(result.err()).isEqualTo("err\n");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThatThrownBy(result::orThrow)
        .isInstanceOf(LabException.class)
        .hasMessageContaining("exit code 3")
        .hasMessageContaining("err");
  }

  @Test
  void killsWhatTakesTooLong() {
    CommandResult result = Shell.run(Duration.ofMillis(100), "sleep", "100");
    assertThat(result.exitCode()).isEqualTo(CommandResult.TIMED_OUT);
    assertThat(result.describe()).contains("ran out of time");
  }

  @Test
  void passesInputAndEnvironment() {
    List<String> command = List.of("sh", "-c", "cat; echo $WHO");
    CommandResult result =
        Shell.run(Duration.ofSeconds(10), command, command, Map.of("WHO", "lab"), "in ");
    assertThat(result.out()).isEqualTo("in lab\n");
  }

  @Test
  void showsLongWordsShortened() {
    var result = new CommandResult(List.of("java", "x".repeat(1000)), 1, "", "");
    assertThat(result.describe()).hasSizeLessThan(200);
  }

  @Test
  void awaitGivesUpWithTheReason() {
    assertThatThrownBy(() -> Await.until(Duration.ofMillis(10), "a miracle", () -> false))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("a miracle");
  }
}
