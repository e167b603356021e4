package dev.meshd.agent.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BugReportTest {
  @Test
  void tellsOfProcessAndThreads() {
    Map<String, String> files =
        new BugReport().withProcess("1.2.3", Instant.now()).withLog(new FakeLog()).files();
    assertThat(files.get("summary.txt")).contains("meshd 1.2.3", "resident memory", "open files");
    assertThat(files.get("threads.txt")).contains(Thread.currentThread().getName(), "    at ");
    assertThat(files.get("log-levels.txt")).isEqualTo("ROOT warn\n");
  }

  @Test
  void everyFileIsCleaned() {
    Map<String, String> files =
        new BugReport().with("a.txt", "hskey-auth-secretsecret").withLog(new FakeLog()).files();
    assertThat(files.values()).noneMatch(text -> text.contains("secretsecret"));
    assertThat(files.get("log.txt")).isEqualTo("one\nwith hskey-[removed]\n");
  }

  @Test
  void figuresOfThisProcessAreReal() {
    ProcessFigures now = ProcessFigures.now();
    assertThat(now.residentBytes()).isGreaterThan(10_000_000);
    assertThat(now.threads()).isPositive();
    assertThat(now.openFiles()).isPositive();
    assertThat(now.startedAt()).isBefore(Instant.now());
  }

  private static final class FakeLog implements ServiceLog {
    @Override
    public List<String> recentLines() {
      return List.of("one", "with hskey-auth-secretsecret");
    }

    @Override
    public Map<String, String> levels() {
      return Map.of("ROOT", "warn");
    }

    @Override
    public void setLevel(String logger, String level, Optional<Duration> limit) {
      throw new AssertionError("a report changes nothing");
    }
  }
}
