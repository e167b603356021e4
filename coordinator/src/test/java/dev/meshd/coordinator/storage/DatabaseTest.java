package dev.meshd.coordinator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.coordinator.TestNetwork;
import dev.meshd.coordinator.domain.NodeFacts;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Presence;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.registry.RefusedException;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.packet.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  @TempDir Path dir;

  @Test
  void everythingIsThereAfterAReopen() {
    List<NodeRecord> before;
    try (TestNetwork network = new TestNetwork(dir)) {
      network.join("alice", "one");
      network.join("bob", "two");
      NodeRecord one = network.nodes.require("one");
      NodeFacts facts =
          new NodeFacts(
              DiscoKey.of(new byte[32]),
              List.of(Endpoint.parse("192.0.2.1:1"), Endpoint.parse("[2001:db8::1]:2")),
              900,
              TestNetwork.host("one"),
              131);
      one = network.nodes.updateFacts(one, facts);
      network.nodes.updatePresence(one, Presence.offlineSince(network.now));
      network.nodes.rename(network.nodes.require("two"), "second");
      network.nodes.setTags(network.nodes.require("second"), List.of("tag:web"));
      network.nodes.flush();
      before = new ArrayList<>(network.nodes.all());
    }
    try (TestNetwork network = new TestNetwork(dir)) {
      assertThat(network.nodes.all()).containsExactlyElementsOf(before);
      assertThat(network.users.all()).extracting("name").containsExactly("alice", "bob");
      assertThat(network.keys.all()).hasSize(2).allMatch(key -> key.used());
    }
  }

  @Test
  void addressesAndIdsAreNotGivenAgainAfterAReopen() {
    NodeRecord first;
    try (TestNetwork network = new TestNetwork(dir)) {
      network.join("alice", "one");
      network.join("alice", "two");
      first = network.nodes.require("one");
      network.nodes.delete(network.nodes.require("two"));
    }
    try (TestNetwork network = new TestNetwork(dir)) {
      network.join("alice", "three");
      NodeRecord third = network.nodes.require("three");
      assertThat(third.id()).isGreaterThan(2);
      assertThat(third.addresses().all()).doesNotContainAnyElementsOf(first.addresses().all());
    }
  }

  @Test
  void aTransactionThatThrowsLeavesNothing() {
    try (Database database = Database.open(dir.resolve("server.db"))) {
      assertThatThrownBy(
              () ->
                  database.inTransaction(
                      tx -> {
                        tx.users().insert("alice", "", "", Instant.EPOCH);
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
      List<User> users = database.inTransaction(tx -> tx.users().all());
      assertThat(users).isEmpty();
    }
  }

  @Test
  void aRottenRowDoesNotKeepTheOthersOut() throws SQLException {
    try (TestNetwork network = new TestNetwork(dir)) {
      network.join("alice", "good");
      network.join("alice", "rotten");
    }
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("server.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE nodes SET host_info = '{' WHERE given_name = 'rotten'");
    }
    List<String> broken = new ArrayList<>();
    try (Database database = Database.open(dir.resolve("server.db"))) {
      List<NodeRecord> nodes = database.inTransaction(tx -> tx.nodes().all(broken::add));
      assertThat(nodes).extracting(node -> node.label().given()).containsExactly("good");
    }
    assertThat(broken).singleElement().asString().startsWith("node 2 is left out");
  }

  @Test
  void aUserWithNodesStays() {
    try (TestNetwork network = new TestNetwork(dir)) {
      network.join("alice", "one");
      assertThatThrownBy(() -> network.users.delete(network.user("alice"), network.nodes))
          .isInstanceOf(RefusedException.class)
          .hasMessage("user 'alice' still owns 1 node");
      network.nodes.delete(network.nodes.require("one"));
      network.users.delete(network.user("alice"), network.nodes);
      assertThat(network.keys.all()).isEmpty();
    }
  }

  @Test
  void saysWhatIsWrongWithTheFile() throws IOException {
    Path file = dir.resolve("server.db");
    Files.writeString(file, "this is not a database, not even nearly, whatever its name says");
    assertThatThrownBy(() -> Database.open(file))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("not a database");
  }

  @Test
  void privateKeysAreKeptForTheOwnerAlone() throws IOException {
    ServerKeys made = ServerKeys.loadOrCreate(dir);
    ServerKeys read = ServerKeys.loadOrCreate(dir);
    assertThat(read.noise().publicKey()).isEqualTo(made.noise().publicKey());
    assertThat(read.derp().publicKey()).isEqualTo(made.derp().publicKey());
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("noise.key"))))
        .isEqualTo("rw-------");
    Files.writeString(dir.resolve("noise.key"), "garbage");
    assertThatThrownBy(() -> ServerKeys.loadOrCreate(dir))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("does not hold a private key");
  }
}
