package dev.meshd.e2e.tun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several datagrams in one send, over links of different MTU. */
@ExtendWith(LabExtension.class)
class SegmentedSendTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void datagramsLargerThanTheLinkArriveToo(Lab lab) {
    LabHost wide = lab.addHost("wide", Site.open());
    LabHost narrow = lab.addHost("narrow", Site.behind(NatKind.EASY).withMtu(1280));
    LabProcess counter =
        wide.start("count", TunDeviceTest.program("count", "9000").toArray(String[]::new));
    counter.awaitLog("ready", LIMIT);
    assertThat(send(narrow, wide, "1200")).contains("refused 0");
    counter.awaitLog("(got 1200\\s+){8}", LIMIT);
    assertThat(send(narrow, wide, "1312")).as("above the MTU").contains("refused 0");
    counter.awaitLog("(got 1312\\s+){8}", LIMIT);
  }

  private static String send(LabHost from, LabHost to, String bytesEach) {
    return from.command(TunDeviceTest.program("send", to.ipv4(), "9000", "8", bytesEach))
        .run()
        .orThrow()
        .out();
  }
}
