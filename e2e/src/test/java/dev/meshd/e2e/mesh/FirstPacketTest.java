package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How long a newcomer waits: for {@code up}, for the first answer, for the direct path. Two nodes
 * behind easy routers, registered anew in every run. The reference client needs 2.0 to 2.2 s, 5.0 s
 * and 8.1 s in the same lab.
 *
 * <p>Figures are printed; what is asserted leaves room for a busy machine. {@code -Dmeshd.runs=20}
 * makes more runs.
 */
@ExtendWith(LabExtension.class)
class FirstPacketTest {
  private static final int RUNS = Integer.getInteger("meshd.runs", 3);
  private static final Pattern ROUND_TRIP = Pattern.compile("time=([\\d.]+) ms");

  private final List<Double> up = new ArrayList<>();
  private final List<Double> firstAnswer = new ArrayList<>();
  private final List<Double> roundTrip = new ArrayList<>();
  private final List<Double> direct = new ArrayList<>();

  @Test
  void newcomersReachEachOtherAtOnce(Lab lab) {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    String authKey = server.authKey("--reusable", "--ephemeral");
    MeshdNode a = MeshdNode.start(lab.addHost("a", Site.behind(NatKind.EASY).ipv4Only()));
    MeshdNode b = MeshdNode.start(lab.addHost("b", Site.behind(NatKind.EASY).ipv4Only()));
    for (int run = 0; run < RUNS; run++) {
      measure(a, b, server, authKey);
      a.cli("logout").orThrow();
      b.cli("logout").orThrow();
    }
    print("up to Running", up);
    print("Running to first answer", firstAnswer);
    print("round trip of the first echo", roundTrip);
    print("Running to direct path", direct);
    assertThat(firstAnswer).as("seconds from Running to the first answer").allMatch(s -> s < 2.5);
    assertThat(direct).as("seconds from Running to a direct path").allMatch(s -> s < 5);
  }

  private void measure(MeshdNode a, MeshdNode b, MeshdServer server, String authKey) {
    a.up(server.url(), authKey);
    long begin = System.nanoTime();
    b.up(server.url(), authKey);
    up.add(secondsSince(begin));
    String address = a.ipv4();

    long running = System.nanoTime();
    CommandResult echo = b.host().run("ping", "-n", "-c", "1", "-W", "5", address).orThrow();
    firstAnswer.add(secondsSince(running));
    Matcher time = ROUND_TRIP.matcher(echo.out());
    assertThat(time.find()).as(echo.out()).isTrue();
    roundTrip.add(Double.parseDouble(time.group(1)) / 1000);

    Await.until(
        Duration.ofSeconds(20),
        "a direct path",
        () -> !b.peer(a).path("CurAddr").asText().isEmpty());
    direct.add(secondsSince(running));
  }

  private static void print(String what, List<Double> seconds) {
    List<Double> sorted = seconds.stream().sorted().toList();
    System.out.println(
        String.format(
            Locale.ROOT,
            "%-30s p50 %.3f s  p95 %.3f s  (%d runs)",
            what,
            sorted.get(sorted.size() / 2),
            sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * 0.95))),
            sorted.size()));
  }

  private static double secondsSince(long startNs) {
    return (System.nanoTime() - startNs) / 1e9;
  }
}
