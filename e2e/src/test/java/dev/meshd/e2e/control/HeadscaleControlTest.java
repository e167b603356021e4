package dev.meshd.e2e.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.client.ControlEvent;
import dev.meshd.control.client.HostFacts;
import dev.meshd.control.model.EndpointType;
import dev.meshd.control.model.NetInfo;
import dev.meshd.control.model.Node;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.NodeKey;
import dev.meshd.e2e.Programs;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our control client against a real Headscale. */
@Timeout(180)
class HeadscaleControlTest {
  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private static HeadscaleServer server;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    if (Programs.find("headscale").isPresent()) {
      server = HeadscaleServer.start(directory);
    }
  }

  /** Asked for each test, so that each is reported as skipped by its name. */
  @BeforeEach
  void skipWithoutHeadscale() {
    Programs.require("headscale");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void joinsWithAKeyAndSeesAnotherNodeComeChangeAndGo() throws Exception {
    String key = server.preAuthKey("--reusable");
    try (ControlNode one = new ControlNode(LOOPS, server.url(), "one");
        ControlNode two = new ControlNode(LOOPS, server.url(), "two")) {
      one.client().login(key, false);
      assertThat(one.next(ControlEvent.Registered.class).login().loginName()).isEqualTo("u1");
      Netmap first = one.next(ControlEvent.NetmapChanged.class).netmap();
      assertThat(first.self().name()).isEqualTo("one.test.net.");
      assertThat(first.self().key()).isEqualTo(one.nodeKey().publicKey());
      assertThat(first.self().machineAuthorized()).isTrue();
      assertThat(first.self().addresses()).hasSize(2);
      assertThat(first.derpMap().regions()).containsOnlyKeys(900);
      assertThat(first.filter()).isNotEmpty();
      assertThat(first.magicDnsSuffix()).isEqualTo("test.net");
      assertThat(first.dns().proxied()).isTrue();

      two.client().login(key, false);
      Netmap withTwo = one.awaitMap("two is online", map -> online(map, "two.test.net."));
      long idOfTwo = peer(withTwo, "two.test.net.").orElseThrow().id();
      two.awaitMap("one is there", map -> peer(map, "one.test.net.").isPresent());

      Endpoint endpoint = Endpoint.parse("192.0.2.7:41641");
      two.update(
          new HostFacts(
              two.facts().hostinfo().toBuilder()
                  .netInfo(NetInfo.builder().preferredDerp(900).workingUdp(true).build())
                  .build(),
              two.facts().discoKey(),
              List.of(new HostFacts.TypedEndpoint(endpoint, EndpointType.LOCAL))));
      Netmap updated =
          one.awaitMap(
              "two has endpoint and home relay",
              map ->
                  peer(map, "two.test.net.")
                      .filter(
                          node -> node.endpoints().contains(endpoint) && node.homeRegion() == 900)
                      .isPresent());
      assertThat(peer(updated, "two.test.net.").orElseThrow().discoKey())
          .isEqualTo(two.facts().discoKey());

      server.command("nodes", "rename", "-i", Long.toString(idOfTwo), "deux");
      one.awaitMap("two is renamed", map -> peer(map, "deux.test.net.").isPresent());
      two.awaitMap("two knows its new name", map -> map.self().name().equals("deux.test.net."));

      server.command("nodes", "expire", "-i", Long.toString(idOfTwo));
      two.next(ControlEvent.KeyExpired.class);
      one.awaitMap(
          "two is expired",
          map ->
              peer(map, "deux.test.net.")
                  .filter(node -> node.expiredAt(Instant.now()))
                  .isPresent());

      NodeKey expired = two.nodeKey().publicKey();
      two.client().login(key, true);
      two.next(ControlEvent.Registered.class);
      assertThat(two.nodeKey().publicKey()).isNotEqualTo(expired);
      Netmap rotated =
          one.awaitMap(
              "two has another key",
              map ->
                  peer(map, "deux.test.net.")
                      .filter(node -> node.key().equals(two.nodeKey().publicKey()))
                      .isPresent());
      assertThat(peer(rotated, "deux.test.net.").orElseThrow().id()).isEqualTo(idOfTwo);

      server.command("nodes", "delete", "--force", "-i", Long.toString(idOfTwo));
      one.awaitMap("two is gone", map -> peer(map, "deux.test.net.").isEmpty());
    }
  }

  @Test
  void asksAHumanAndComesInWhenLetIn() throws Exception {
    try (ControlNode node = new ControlNode(LOOPS, server.url(), "asking")) {
      node.client().login("", false);
      String url = node.next(ControlEvent.LoginNeeded.class).url();
      assertThat(url).startsWith(server.url() + "/register/");
      server.command(
          "auth", "register", "--auth-id", url.substring(url.lastIndexOf('/') + 1), "--user", "u1");
      node.next(ControlEvent.Registered.class);
      assertThat(node.next(ControlEvent.NetmapChanged.class).netmap().self().name())
          .isEqualTo("asking.test.net.");
    }
  }

  @Test
  void comesBackAfterARestartOfEitherSide() throws Exception {
    try (ControlNode node = new ControlNode(LOOPS, server.url(), "back")) {
      node.client().login(server.preAuthKey(), false);
      Node self = node.next(ControlEvent.NetmapChanged.class).netmap().self();

      node.restart();
      node.next(ControlEvent.Registered.class);
      assertThat(node.next(ControlEvent.NetmapChanged.class).netmap().self().id())
          .isEqualTo(self.id());

      server.stop();
      node.next(ControlEvent.MapStreamLost.class);
      server.run();
      long backNs = System.nanoTime();
      node.next(ControlEvent.NetmapChanged.class);
      assertThat(Duration.ofNanos(System.nanoTime() - backNs)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void logsOut() throws Exception {
    try (ControlNode node = new ControlNode(LOOPS, server.url(), "leaving")) {
      node.client().login(server.preAuthKey(), false);
      node.next(ControlEvent.NetmapChanged.class);
      assertThat(node.client().logout()).isTrue();
      node.next(ControlEvent.LoggedOut.class);
      assertThat(server.command("nodes", "list", "-o", "json")).contains("leaving");
    }
  }

  @Test
  void registersAgainAfterBeingDeleted() throws Exception {
    try (ControlNode node = new ControlNode(LOOPS, server.url(), "deleted")) {
      node.client().login(server.preAuthKey("--reusable"), false);
      Node self = node.next(ControlEvent.NetmapChanged.class).netmap().self();
      server.command("nodes", "delete", "--force", "-i", Long.toString(self.id()));
      node.client().networkChanged();
      node.next(ControlEvent.Registered.class);
      assertThat(node.next(ControlEvent.NetmapChanged.class).netmap().self().id())
          .isNotEqualTo(self.id());
    }
  }

  @Test
  void answersThePingsThatGuardSharedSubnetRoutes() throws Exception {
    String key = server.preAuthKey("--reusable");
    IpPrefix subnet = IpPrefix.parse("10.9.0.0/24");
    try (ControlNode one = new ControlNode(LOOPS, server.url(), "router-one");
        ControlNode two = new ControlNode(LOOPS, server.url(), "router-two")) {
      Netmap seenByTwo = null;
      for (ControlNode router : List.of(one, two)) {
        router.update(
            new HostFacts(
                router.facts().hostinfo().toBuilder().routableIps(List.of(subnet)).build(),
                router.facts().discoKey(),
                List.of()));
        router.client().login(key, false);
        seenByTwo = router.next(ControlEvent.NetmapChanged.class).netmap();
        String id = Long.toString(seenByTwo.self().id());
        server.command("nodes", "approve-routes", "-i", id, "-r", subnet.toString());
      }
      assertThat(peer(seenByTwo, "router-one.test.net.").orElseThrow().effectiveAllowedIps())
          .contains(subnet);
      String log = server.awaitLog("HA probe: node responded", 4);
      assertThat(log).doesNotContain("HA probe: node did not respond");
    }
  }

  @Test
  void saysInOneSentenceWhyAKeyIsRefused() throws Exception {
    assertRefused("hskey-auth-000000000000-" + "0".repeat(64), "the server refuses the auth key: ");
    assertRefused("nonsense", "the server refuses the auth key: ");
    assertRefused(
        server.preAuthKey("-e", "1s"), "the server refuses the auth key: authkey expired");

    String once = server.preAuthKey();
    try (ControlNode node = new ControlNode(LOOPS, server.url(), "first")) {
      node.client().login(once, false);
      node.next(ControlEvent.Registered.class);
    }
    assertRefused(once, "the server refuses the auth key: authkey already used");
  }

  private static void assertRefused(String key, String sentence) throws Exception {
    Thread.sleep(1100); // One key above lives for a second.
    try (ControlNode node = new ControlNode(LOOPS, server.url(), "refused")) {
      node.client().login(key, false);
      ControlEvent.Rejected rejected = node.next(ControlEvent.Rejected.class);
      assertThat(rejected.reason()).startsWith(sentence).doesNotContain("\n");
      assertThat(rejected.terminal()).isTrue();
    }
  }

  private static Optional<Node> peer(Netmap map, String name) {
    return map.peers().values().stream().filter(node -> node.name().equals(name)).findFirst();
  }

  private static boolean online(Netmap map, String name) {
    return peer(map, name).filter(node -> Boolean.TRUE.equals(node.online())).isPresent();
  }
}
