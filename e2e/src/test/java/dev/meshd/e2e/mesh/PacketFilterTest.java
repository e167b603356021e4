package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of a real Headscale's policy, enforced by our nodes. */
@ExtendWith(LabExtension.class)
class PacketFilterTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int ALLOWED_PORT = 8001;
  private static final int OTHER_PORT = 8002;

  @Test
  void onlyWhatThePolicyAcceptsEntersAndAChangeCounts(Lab lab) throws IOException {
    Programs.require("ncat");
    HeadscaleServer server = HeadscaleServer.start(lab, lab.addHost("server", Site.open()));
    Path policies = server.host().directory();
    MeshdNode one = MeshdNode.start(lab.addHost("one", Site.open()), server.trust());
    MeshdNode two = MeshdNode.start(lab.addHost("two", Site.open()), server.trust());
    String authKey = server.authKey();
    one.up(server.url(), authKey);
    two.up(server.url(), authKey);
    Meshes.reachEachOther(one, two);
    listen(one);
    listen(two);
    assertThat(connects(two, one, OTHER_PORT)).as("everything is allowed").isTrue();

    String rule = "{\"action\":\"accept\",\"src\":[\"%s\"],\"dst\":[\"%s:%d\"]}";
    set(server, policies, rule.formatted(two.ipv4(), one.ipv4(), ALLOWED_PORT));
    Await.until(SOON, "the port to close", () -> !connects(two, one, OTHER_PORT));
    assertThat(connects(two, one, ALLOWED_PORT)).isTrue();
    assertThat(connects(one, two, ALLOWED_PORT)).as("the other way").isFalse();
    assertThat(two.host().canPing(one.ipv4())).as("a rule joins the addresses").isTrue();
    assertThat(one.host().canPing(two.ipv4())).as("no rule joins them this way").isFalse();

    set(server, policies, "{\"action\":\"accept\",\"src\":[\"*\"],\"dst\":[\"*:*\"]}");
    Await.until(SOON, "the port to open", () -> connects(one, two, OTHER_PORT));
    assertThat(one.host().canPing(two.ipv6())).isTrue();
  }

  private static void set(HeadscaleServer server, Path directory, String rule) throws IOException {
    Path file = directory.resolve("policy.json");
    Files.writeString(file, "{\"acls\":[" + rule + "]}");
    server.admin("policy", "set", "-f", file.toString()).orThrow();
  }

  private static void listen(MeshdNode node) {
    for (int port : new int[] {ALLOWED_PORT, OTHER_PORT}) {
      String name = "listen-" + port;
      node.host().start(name, "ncat", "-l", "-k", "-4", Integer.toString(port));
    }
  }

  private static boolean connects(MeshdNode from, MeshdNode to, int port) {
    return from.host().run("ncat", "-z", "-w", "2", to.ipv4(), Integer.toString(port)).succeeded();
  }
}
