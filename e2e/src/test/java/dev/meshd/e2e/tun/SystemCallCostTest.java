package dev.meshd.e2e.tun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Prints the figures of {@link SystemCallCost}, for docs/performance.md; asserts none of them. */
@ExtendWith(LabExtension.class)
class SystemCallCostTest {
  @Test
  void figuresArePrinted(Lab lab) {
    LabHost host = lab.addHost("a", Site.open());
    List<String> program =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            SystemCallCost.class.getName());
    String figures = host.command(program).limit(Duration.ofSeconds(120)).run().orThrow().out();
    System.out.print(figures);
    assertThat(figures.lines()).allMatch(line -> line.contains(" ns"));
  }
}
