package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.time.Duration;
import java.util.regex.Pattern;

/** What must hold between any two members of a mesh. Stateless. */
final class Meshes {
  private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(120);
  private static final int UNTIL_DIRECT = 20;

  private Meshes() {}

  /** Both know each other, and answer ping both ways in both families. */
  static void reachEachOther(Member a, Member b) {
    a.awaitPeer(b);
    b.awaitPeer(a);
    pings(a, b);
    pings(b, a);
  }

  private static void pings(Member from, Member to) {
    for (String address : new String[] {to.ipv4(), to.ipv6()}) {
      Await.until(
          Duration.ofSeconds(15),
          from.host() + " to reach " + to.host() + " at " + address,
          () -> from.host().canPing(address));
    }
  }

  /**
   * The client's own ping of {@code from} ends with a direct answer from the other's public
   * address.
   */
  static void goDirect(Member from, Member to) {
    assertThat(from.ping(to.ipv4(), UNTIL_DIRECT))
        .as("%s pings %s until the path is direct", from.host(), to.host())
        .containsPattern("via " + Pattern.quote(to.host().publicIpv4()) + ":\\d+ in");
  }

  /** The client's own ping stays on the relay. */
  static void stayOnRelay(Member from, Member to) {
    assertThat(from.ping(to.ipv4(), 3))
        .as("%s pings %s", from.host(), to.host())
        .contains("via DERP(")
        .doesNotContain("via " + to.host().publicIpv4());
  }

  /** A TCP transfer arrives byte for byte. */
  static void transfer(Member from, Member to, int mebibytes) {
    LabHost receiver = to.host();
    LabProcess listener =
        receiver.start(
            "transfer", "sh", "-c", "ncat -l " + to.ipv4() + " 9009 | sha256sum; echo finished");
    String sent =
        from.host()
            .command(
                "sh",
                "-c",
                "head -c "
                    + mebibytes
                    + "M /dev/urandom > data; sha256sum < data;"
                    + " for i in 1 2 3 4 5 6 7 8 9 10; do"
                    + " ncat --send-only "
                    + to.ipv4()
                    + " 9009 < data && break; sleep 0.3; done; rm data")
            .limit(TRANSFER_LIMIT)
            .run()
            .orThrow()
            .out()
            .split(" ")[0];
    listener.awaitLog("finished", TRANSFER_LIMIT);
    assertThat(listener.logText()).contains(sent);
  }
}
