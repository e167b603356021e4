package dev.meshd.coordinator.registry;

import static dev.meshd.coordinator.TestNetwork.host;
import static dev.meshd.coordinator.TestNetwork.machine;
import static dev.meshd.coordinator.TestNetwork.nodeKey;
import static dev.meshd.coordinator.TestNetwork.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.coordinator.TestNetwork;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodeKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of registration, one by one. */
class RegistrarTest {
  @TempDir Path dir;
  private TestNetwork network;
  private final MachineKey machine = machine();
  private final NodeKey key = nodeKey();

  @BeforeEach
  void open() {
    network = new TestNetwork(dir);
  }

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void aKeyAdmitsAndIsUsedUp() {
    String authKey = network.key("alice", false, false);
    RegisterResponse response = byKey(machine, key, authKey);
    assertAccepted(response, "alice");
    assertThat(node(key).addresses().all()).hasSize(2);
    assertThat(byKey(machine(), nodeKey(), authKey).error()).isEqualTo("authkey already used");
    assertThat(network.nodes.size()).isEqualTo(1);
  }

  @Test
  void aReusableKeyAdmitsAgain() {
    String authKey = network.key("alice", true, false);
    assertAccepted(byKey(machine, key, authKey), "alice");
    assertAccepted(byKey(machine(), nodeKey(), authKey), "alice");
  }

  @Test
  void wrongKeysAreRefusedInOneText() {
    String authKey = network.key("alice", false, false);
    char last = authKey.charAt(authKey.length() - 1);
    String wrongSecret = authKey.substring(0, authKey.length() - 1) + (last == '0' ? '1' : '0');
    for (String wrong :
        List.of("nonsense", "hskey-auth-000000000000-" + "0".repeat(64), wrongSecret)) {
      assertThat(byKey(machine, key, wrong).error()).as(wrong).isEqualTo("invalid pre auth key");
    }
    assertThat(network.nodes.size()).isZero();
    assertAccepted(byKey(machine, key, authKey), "alice");
  }

  @Test
  void expiredAndRevokedKeysAreRefused() {
    String expired = network.key("alice", true, false);
    String revoked = network.key("alice", true, false);
    network.keys.expire(network.keys.find(revoked).orElseThrow().id());
    assertThat(byKey(machine, key, revoked).error()).isEqualTo("authkey revoked");
    network.now = network.now.plus(Duration.ofHours(1));
    assertThat(byKey(machine, key, expired).error()).isEqualTo("authkey expired");
  }

  @Test
  void aRestartedContainerMayShowItsSpentKeyAgain() {
    String authKey = network.key("alice", false, false);
    byKey(machine, key, authKey);
    assertAccepted(byKey(machine, key, authKey), "alice");
    network.keys.delete(network.keys.find(authKey).orElseThrow().id());
    assertAccepted(byKey(machine, key, authKey), "alice");
  }

  @Test
  void aNewNodeKeyOfTheSameDeviceAndOwnerIsARotation() {
    String authKey = network.key("alice", true, false);
    byKey(machine, key, authKey);
    NodeRecord before = node(key);
    NodeKey rotated = nodeKey();
    assertAccepted(byKey(machine, rotated, authKey), "alice");
    NodeRecord after = node(rotated);
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.addresses()).isEqualTo(before.addresses());
    assertThat(network.nodes.byNodeKey(key)).isEmpty();
  }

  @Test
  void anotherOwnerOnTheSameDeviceIsAnotherNode() {
    byKey(machine, key, network.key("alice", false, false));
    assertThat(byKey(machine, key, network.key("bob", true, false)).nodeKeyExpired())
        .as("the old node keeps its key, so the device needs another")
        .isTrue();
    NodeKey second = nodeKey();
    assertAccepted(byKey(machine, second, network.key("bob", true, false)), "bob");
    assertThat(network.nodes.ofMachine(machine)).hasSize(2);
    assertThat(node(key).owner()).isEqualTo(new Owner.OfUser(network.user("alice").id()));
  }

  @Test
  void aNodeKeyBelongsToOneDevice() {
    byKey(machine, key, network.key("alice", false, false));
    MachineKey thief = machine();
    assertThat(byKey(thief, key, network.key("alice", true, false)).error())
        .isEqualTo("node key already in use by another machine");
    assertThat(network.register(thief, request(key).build()).error())
        .isEqualTo("node exists with a different machine key");
    assertThat(
            network
                .register(thief, request(key).expiry(RegisterRequest.LOGOUT_EXPIRY).build())
                .error())
        .isEqualTo("node exists with a different machine key");
    assertThat(node(key).isExpired(network.now)).isFalse();
  }

  @Test
  void taggedKeysMakeNodesThatNeverExpire() {
    String authKey = network.key("alice", false, false, "tag:web", "tag:db");
    RegisterRequest request =
        request(key)
            .auth(RegisterRequestAuth.ofKey(authKey))
            .expiry(network.now.plusSeconds(60))
            .build();
    assertAccepted(network.register(machine, request), UserDirectory.TAGGED_DEVICES_NAME);
    assertThat(node(key).owner().tags()).containsExactly("tag:db", "tag:web");
    assertThat(node(key).expiry()).isEmpty();
  }

  @Test
  void aTaggedLoginTakesOverTheUsersNodeItReplaces() {
    byKey(machine, key, network.key("alice", false, false));
    long id = node(key).id();
    NodeKey rotated = nodeKey();
    RegisterRequest request =
        request(rotated)
            .oldNodeKey(key)
            .auth(RegisterRequestAuth.ofKey(network.key("alice", false, false, "tag:web")))
            .build();
    assertAccepted(network.register(machine, request), UserDirectory.TAGGED_DEVICES_NAME);
    assertThat(node(rotated).id()).isEqualTo(id);
  }

  @Test
  void tagsAskedForByTheClientAreRefused() {
    RegisterRequest.Builder request =
        request(key).hostinfo(host("box").toBuilder().requestTags(List.of("tag:web")).build());
    String text = "requested tags [tag:web] are invalid or not permitted";
    assertThat(network.register(machine, request.build()).error()).isEqualTo(text);
    String authKey = network.key("alice", false, false);
    request.auth(RegisterRequestAuth.ofKey(authKey));
    assertThat(network.register(machine, request.build()).error()).isEqualTo(text);
    assertThat(network.keys.find(authKey).orElseThrow().used()).isFalse();
  }

  @Test
  void expiryIsTheClientsElseTheConfigured() {
    network.close();
    network = new TestNetwork(dir, Duration.ofDays(30));
    byKey(machine, key, network.key("alice", false, false));
    assertThat(node(key).expiry()).contains(network.now.plus(Duration.ofDays(30)));
    NodeKey asked = nodeKey();
    RegisterRequest request =
        request(asked)
            .auth(RegisterRequestAuth.ofKey(network.key("alice", false, false)))
            .expiry(network.now.plusSeconds(60))
            .build();
    network.register(machine(), request);
    assertThat(node(asked).expiry()).contains(network.now.plusSeconds(60));
  }

  @Test
  void aRestartGetsTheCurrentState() {
    byKey(machine, key, network.key("alice", false, false));
    assertAccepted(network.register(machine, request(key).build()), "alice");
    assertThat(
            network
                .register(machine, request(key).expiry(network.now.plusSeconds(9)).build())
                .error())
        .isEqualTo("extending key is not allowed");
    network.nodes.setExpiry(node(key), Optional.of(network.now));
    assertThat(network.register(machine, request(key).build()).nodeKeyExpired()).isTrue();
  }

  @Test
  void logoutEndsTheKeyEvenWithAnAuthKeyInTheRequest() {
    String authKey = network.key("alice", true, false);
    byKey(machine, key, authKey);
    RegisterRequest logout =
        request(key)
            .expiry(RegisterRequest.LOGOUT_EXPIRY)
            .auth(RegisterRequestAuth.ofKey(authKey))
            .build();
    assertThat(network.register(machine, logout).nodeKeyExpired()).isTrue();
    assertThat(node(key).expiry()).contains(network.now);
  }

  @Test
  void logoutDeletesAnEphemeralNode() {
    byKey(machine, key, network.key("alice", false, true));
    RegisterResponse response =
        network.register(machine, request(key).expiry(RegisterRequest.LOGOUT_EXPIRY).build());
    assertThat(response.nodeKeyExpired()).isTrue();
    assertThat(network.nodes.size()).isZero();
  }

  @Test
  void aPersonLetsTheDeviceInWhileItWaits() {
    String url = network.register(machine, request(key).build()).authUrl();
    assertThat(url).matches("http://mesh\\.example/register/hskey-authreq-[0-9a-f]{24}");
    CompletableFuture<RegisterResponse> waiting =
        network.registrar.register(machine, request(key).followup(url).build(), TestNetwork.ASKER);
    assertThat(waiting).isNotDone();
    network.registrar.approve(idOf(url), network.user("alice"));
    assertAccepted(waiting.join(), "alice");
    assertThat(node(key).owner()).isEqualTo(new Owner.OfUser(network.user("alice").id()));
  }

  @Test
  void aFollowUpAfterTheApprovalSucceedsAtOnceWithAndWithoutAuthKey() {
    String url = network.register(machine, request(key).build()).authUrl();
    network.registrar.approve(idOf(url), network.user("alice"));
    assertAccepted(network.register(machine, request(key).followup(url).build()), "alice");
    RegisterRequest withKey =
        request(key).followup(url).auth(RegisterRequestAuth.ofKey("spent")).build();
    assertAccepted(network.register(machine, withKey), "alice");
  }

  @Test
  void askingAgainGivesTheSamePageAndAFollowUpOfAnotherDeviceANewOne() {
    String url = network.register(machine, request(key).build()).authUrl();
    assertThat(network.register(machine, request(key).build()).authUrl()).isEqualTo(url);
    String other = network.register(machine(), request(nodeKey()).followup(url).build()).authUrl();
    assertThat(other).isNotEmpty().isNotEqualTo(url);
  }

  @Test
  void whoAsksFromOnePlaceCannotPushOutThoseFromElsewhere() {
    String elsewhere =
        network
            .registrar
            .register(
                machine, request(key).build(), new Asker("198.51.100.1:1", "198.51.100.1", false))
            .join()
            .authUrl();
    String first = network.register(machine(), request(nodeKey()).build()).authUrl();
    for (int i = 0; i < 2 * PendingRegistrations.MAX_PENDING; i++) {
      network.register(machine(), request(nodeKey()).build());
    }
    assertThat(network.pending.find(idOf(first))).isEmpty();
    assertThat(network.pending.find(idOf(elsewhere))).isPresent();
    assertThat(network.pending.waiting()).hasSize(1 + PendingRegistrations.MAX_PER_ASKER);
  }

  @Test
  void aDeviceThatFollowsUpAgainAndAgainHasItsOldestAnsweredWithTheSamePage() {
    String url = network.register(machine, request(key).build()).authUrl();
    RegisterRequest followUp = request(key).followup(url).build();
    CompletableFuture<RegisterResponse> oldest =
        network.registrar.register(machine, followUp, TestNetwork.ASKER);
    for (int i = 1; i < PendingRegistration.MAX_WAITERS; i++) {
      var _ = network.registrar.register(machine, followUp, TestNetwork.ASKER);
    }
    assertThat(oldest).isNotDone();
    CompletableFuture<RegisterResponse> newest =
        network.registrar.register(machine, followUp, TestNetwork.ASKER);
    assertThat(oldest.join().authUrl()).isEqualTo(url);
    assertThat(newest).isNotDone();
  }

  @Test
  void aClientMayAskForAnEarlierExpiryAndNotForALaterOne(@TempDir Path other) {
    try (TestNetwork limited = new TestNetwork(other, Duration.ofDays(90))) {
      Instant limit = limited.now.plus(Duration.ofDays(90));
      assertThat(expiryOf(limited, limited.now.plus(Duration.ofDays(3650)))).contains(limit);
      assertThat(expiryOf(limited, limited.now.plus(Duration.ofDays(1))))
          .contains(limited.now.plus(Duration.ofDays(1)));
    }
  }

  private static Optional<Instant> expiryOf(TestNetwork network, Instant asked) {
    NodeKey nodeKey = nodeKey();
    RegisterRequestAuth auth = RegisterRequestAuth.ofKey(network.key("alice", false, false));
    network.register(machine(), request(nodeKey).expiry(asked).auth(auth).build());
    return network.nodes.byNodeKey(nodeKey).orElseThrow().expiry();
  }

  @Test
  void anOldWaitEndsWithANewPage() {
    String url = network.register(machine, request(key).build()).authUrl();
    CompletableFuture<RegisterResponse> waiting =
        network.registrar.register(machine, request(key).followup(url).build(), TestNetwork.ASKER);
    network.now = network.now.plus(PendingRegistrations.LIFETIME);
    network.pending.lapseOld();
    assertThat(waiting.join().authUrl()).isNotEmpty().isNotEqualTo(url);
    assertThatThrownBy(() -> network.registrar.approve(idOf(url), network.user("alice")))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void malformedFollowUpsAreRefused() {
    assertThat(network.register(machine, request(key).followup("::").build()).error())
        .isEqualTo("invalid followup URL");
    assertThat(
            network.register(machine, request(key).followup("http://x/register/1").build()).error())
        .isEqualTo("invalid registration ID");
  }

  @Test
  void waitingDevicesAreBounded() {
    String first = network.register(machine, request(key).build()).authUrl();
    for (int i = 0; i < PendingRegistrations.MAX_PENDING; i++) {
      Asker asker = new Asker("", "network " + i, false);
      var _ = network.registrar.register(machine(), request(nodeKey()).build(), asker);
    }
    assertThat(network.pending.waiting()).hasSize(PendingRegistrations.MAX_PENDING);
    assertThat(network.pending.find(idOf(first))).isEmpty();
  }

  @Test
  void aRequestWithoutNodeKeyIsRefused() {
    assertThat(network.register(machine, request(NodeKey.zero()).build()).error()).isNotEmpty();
  }

  private RegisterResponse byKey(MachineKey device, NodeKey nodeKey, String authKey) {
    return network.register(
        device, request(nodeKey).auth(RegisterRequestAuth.ofKey(authKey)).build());
  }

  private NodeRecord node(NodeKey nodeKey) {
    return network.nodes.byNodeKey(nodeKey).orElseThrow();
  }

  private static String idOf(String url) {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  private static void assertAccepted(RegisterResponse response, String owner) {
    assertThat(response.error()).isEmpty();
    assertThat(response.authUrl()).isEmpty();
    assertThat(response.nodeKeyExpired()).isFalse();
    assertThat(response.machineAuthorized()).isTrue();
    assertThat(response.login().loginName()).isEqualTo(owner);
    assertThat(response.user().id()).isPositive();
  }
}
