package dev.meshd.coordinator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.coordinator.TestNetwork;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Presence;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.registry.NodeListener;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may befall the server's files. Nobody who was told "you are in" is forgotten. */
class StorageFaultTest {
  private static final int REGISTRATIONS = 4;
  private static final int FRAME_HEADER = 24;
  private static final int WAL_HEADER = 32;
  private static final int PAGE = 4096;

  @TempDir Path dir;

  @Test
  void powerLostAtEveryWriteOfARegistration() throws IOException, SQLException {
    List<Long> acknowledgedAt = new ArrayList<>();
    byte[] database;
    byte[] log;
    try (TestNetwork network = new TestNetwork(dir)) {
      checkpoint();
      for (int i = 0; i < REGISTRATIONS; i++) {
        network.join("alice", "node" + i);
        acknowledgedAt.add(Files.size(dir.resolve("server.db-wal")));
      }
      database = Files.readAllBytes(dir.resolve("server.db"));
      log = Files.readAllBytes(dir.resolve("server.db-wal"));
    }
    int cuts = 0;
    for (int end = WAL_HEADER; end <= log.length; end += FRAME_HEADER + PAGE) {
      for (int cut : new int[] {end - 1, end, end + FRAME_HEADER + PAGE / 2}) {
        for (boolean zeroTail : cut == end ? new boolean[] {false} : new boolean[] {false, true}) {
          byte[] torn = Arrays.copyOf(log, Math.min(cut, log.length));
          if (zeroTail) {
            torn = Arrays.copyOf(torn, log.length);
          }
          assertNobodyIsForgotten(database, torn, cut, acknowledgedAt);
          cuts++;
        }
      }
    }
    assertThat(cuts).isGreaterThan(100);
    System.out.printf(
        "database: power cut in %d ways while %d nodes registered; every acknowledged node was"
            + " there, and a key was used exactly when its node was%n",
        cuts, REGISTRATIONS);
  }

  private void assertNobodyIsForgotten(
      byte[] database, byte[] log, int cut, List<Long> acknowledgedAt)
      throws IOException, SQLException {
    Path crashed = Files.createTempDirectory(dir, "cut");
    Files.write(crashed.resolve("server.db"), database);
    Files.write(crashed.resolve("server.db-wal"), log);
    DatabaseCheck.requireWhole(crashed.resolve("server.db"));
    try (Connection connection = open(crashed.resolve("server.db"));
        Statement statement = connection.createStatement()) {
      long nodes = number(statement, "SELECT count(*) FROM nodes");
      long halves =
          number(
              statement,
              "SELECT count(*) FROM pre_auth_keys k WHERE used <> EXISTS"
                  + " (SELECT 1 FROM nodes n WHERE n.auth_key_id = k.id)");
      long promised = acknowledgedAt.stream().filter(at -> at <= cut).count();
      assertThat(nodes).as("nodes after a cut at %d", cut).isGreaterThanOrEqualTo(promised);
      assertThat(halves).as("half registrations after a cut at %d", cut).isZero();
    }
  }

  private void checkpoint() throws SQLException {
    try (Connection connection = open(dir.resolve("server.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  @Test
  void aDatabaseOfANewerSchemaIsLeftAlone() throws IOException, SQLException {
    new TestNetwork(dir).close();
    Path file = dir.resolve("server.db");
    execute(
        file,
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " installed_by, installed_on, execution_time, success) VALUES (99, '99', 'later',"
            + " 'SQL', 'V99__later.sql', '', '2030-01-01 00:00:00', 0, 1)");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> Database.open(file))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("was written by a newer meshd (schema version 99")
        .hasMessageContaining("nothing was changed");
    assertThat(file).hasBinaryContent(before);
    System.out.println("database: a newer schema was refused and left alone");
  }

  @Test
  void aDamagedDatabaseIsLeftAlone() throws IOException {
    try (TestNetwork network = new TestNetwork(dir)) {
      network.join("alice", "one");
    }
    Path file = dir.resolve("server.db");
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      for (long page = 1; page < raw.length() / PAGE; page++) {
        raw.seek(page * PAGE);
        raw.write(new byte[PAGE / 2]);
      }
    }
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> Database.open(file))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is damaged")
        .hasMessageContaining("meshd server restore");
    assertThat(file).hasBinaryContent(before);
    System.out.println("database: a damaged file was refused and left alone");
  }

  @Test
  void keysWithoutTheirDatabaseAreNoNewServer() throws IOException {
    try (DataDirectory directory = DataDirectory.take(dir.resolve("data"))) {
      directory.requireComplete();
      ServerKeys.loadOrCreate(directory.path());
      assertThatThrownBy(directory::requireComplete)
          .hasMessageContaining("is missing or empty, although noise.key shows");
      Files.createFile(directory.resolve(DataDirectory.DATABASE));
      assertThatThrownBy(directory::requireComplete).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void nodesWithoutTheServersKeyAreNotGivenAnother() {
    assertThatThrownBy(() -> ServerKeys.load(dir))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("noise.key is missing although the database knows nodes");
    assertThat(dir.resolve(ServerKeys.NOISE)).doesNotExist();
  }

  @Test
  void aSecondServerIsToldWhoHoldsTheDirectory() throws IOException {
    try (DataDirectory first = DataDirectory.take(dir)) {
      assertThatThrownBy(() -> DataDirectory.take(first.path()))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "another meshd server (process "
                  + ProcessHandle.current().pid()
                  + ") is using the data directory "
                  + dir);
    }
  }

  @Test
  void aClockAYearAheadAndBackLosesNobody() {
    List<String> told = new ArrayList<>();
    try (TestNetwork network = new TestNetwork(dir, Duration.ofDays(90))) {
      network.join("alice", "one");
      network.nodes.addListener(new Hearing(told));
      Instant begin = network.now;
      network.now = begin.plus(Duration.ofDays(365));
      network.nodes.announceExpired();
      network.now = begin.minus(Duration.ofHours(1));
      network.nodes.announceExpired();
      network.nodes.announceExpired();
      assertThat(told).containsExactly("expired", "valid");
      assertThat(network.nodes.require("one").isExpired(network.now)).isFalse();
      System.out.println(
          "server clock: a year ahead and back; the node expired and was valid again");
    }
  }

  @Test
  void whatCannotBeWrittenIsKeptAndWrittenLater() throws SQLException {
    try (TestNetwork network = new TestNetwork(dir)) {
      network.join("alice", "one");
      network.nodes.flush();
      NodeRecord node = network.nodes.require("one");
      network.nodes.updatePresence(node, Presence.offlineSince(network.now));
      execute(
          dir.resolve("server.db"),
          "CREATE TRIGGER full BEFORE UPDATE ON nodes BEGIN SELECT RAISE(ABORT, 'full'); END");
      network.nodes.flush();
      assertThat(network.database.isAlive()).as("health while nothing can be written").isFalse();
      execute(dir.resolve("server.db"), "DROP TRIGGER full");
      network.nodes.flush();
      assertThat(network.database.isAlive()).isTrue();
      Optional<NodeRecord> kept =
          network.database.inTransaction(tx -> tx.nodes().all(x -> {})).stream().findFirst();
      assertThat(kept.orElseThrow().presence().lastSeen()).contains(network.now);
    }
  }

  private record Hearing(List<String> told) implements NodeListener {
    @Override
    public void nodeAdded(NodeRecord node) {}

    @Override
    public void nodeChanged(NodeRecord before, NodeRecord after) {}

    @Override
    public void nodeRemoved(NodeRecord node) {}

    @Override
    public void nodeExpired(NodeRecord node) {
      told.add("expired");
    }

    @Override
    public void nodeValidAgain(NodeRecord node) {
      told.add("valid");
    }

    @Override
    public void userChanged(User user) {}
  }

  private static Connection open(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (Connection connection = open(file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
