package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node whose own address or provider changes under it. */
@ExtendWith(LabExtension.class)
class RoamTest {
  private static final Duration NOTICE_LIMIT = Duration.ofSeconds(2);
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(5);

  @Test
  void aNewAddressIsNoticedAndThePathRecovers(Lab lab) {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    String authKey = server.authKey("--reusable");
    MeshdNode mover = MeshdNode.start(lab.addHost("mover", Site.open().ipv4Only()));
    MeshdNode home = MeshdNode.start(lab.addHost("home", Site.behind(NatKind.EASY).ipv4Only()));
    mover.up(server.url(), authKey);
    home.up(server.url(), authKey);
    Meshes.reachEachOther(mover, home);
    Meshes.goDirect(mover, home);

    LabHost host = mover.host();
    host.renumber();
    long movedNs = System.nanoTime();
    mover.daemon().awaitLog("the network of this machine changed", NOTICE_LIMIT);
    Await.until(RECOVERY_LIMIT, "home to answer", () -> host.canPing(home.ipv4()));
    long recoveredMs = Duration.ofNanos(System.nanoTime() - movedNs).toMillis();
    System.out.println("a reply after the move: " + recoveredMs + " ms");
    Meshes.goDirect(home, mover);
    assertThat(home.host().canPing(mover.ipv6())).isTrue();
  }
}
