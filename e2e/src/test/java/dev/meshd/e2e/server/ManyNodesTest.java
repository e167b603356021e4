package dev.meshd.e2e.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.bench.server.ServerBenchmark;
import dev.meshd.bench.server.ServerOptions;
import dev.meshd.e2e.Programs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred simulated nodes on a real server, by the real protocol. */
class ManyNodesTest {
  private static final int NODES = 100;
  private static final Duration LIMIT = Duration.ofSeconds(180);

  /**
   * Every change reaches everybody it concerns; after SIGTERM and kill -9 all nodes come back
   * without registering again; each time all hold exactly the server's map. How long it takes is
   * {@code ./bench server}'s business.
   */
  @Test
  void everyChangeReachesAllAndRestartsLoseNobody(@TempDir Path directory) throws Exception {
    var report = new ByteArrayOutputStream();
    List<String> faults =
        ServerBenchmark.run(
            new ServerOptions(Programs.service(), NODES, 20, 1, Duration.ofSeconds(1), LIMIT),
            directory,
            new PrintStream(report, true, StandardCharsets.UTF_8));
    System.out.println(report.toString(StandardCharsets.UTF_8));
    assertThat(faults).isEmpty();
  }
}
