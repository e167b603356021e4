package dev.meshd.coordinator.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.coordinator.TestNetwork;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.storage.DataDirectory;
import dev.meshd.coordinator.storage.ServerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir Path temp;
  private Path data;
  private Path file;

  @BeforeEach
  void makeServer() throws IOException {
    data = Files.createDirectory(temp.resolve("data"));
    file = temp.resolve("mesh.backup");
    ServerKeys.loadOrCreate(data);
    try (TestNetwork network = new TestNetwork(data)) {
      network.join("alice", "one");
    }
  }

  private static List<String> names(Path data) {
    try (TestNetwork network = new TestNetwork(data)) {
      return network.nodes.all().stream().map(node -> node.label().given()).toList();
    }
  }

  @Test
  void bringsBackUsersNodesAndKeys() throws Exception {
    Backup.make(data, file, NOW);
    Path elsewhere = temp.resolve("elsewhere");
    Restore.Done done = Restore.restore(file, elsewhere, false, NOW);
    assertThat(done.made()).isEqualTo(NOW);
    assertThat(done.kept()).isEmpty();
    assertThat(names(elsewhere)).containsExactly("one");
    assertThat(elsewhere.resolve(ServerKeys.NOISE))
        .hasSameBinaryContentAs(data.resolve("noise.key"));
    assertThat(elsewhere.resolve(ServerKeys.DERP)).hasSameBinaryContentAs(data.resolve("derp.key"));
    for (Path secret :
        List.of(file, elsewhere.resolve("server.db"), elsewhere.resolve("noise.key"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .as(secret.toString())
          .isEqualTo("rw-------");
    }
    try (var left = Files.list(elsewhere)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "server.db", "noise.key", "derp.key");
    }
  }

  @Test
  void isTheNetworkOfOneMomentWhileNodesRegister() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<NodeRecord> joined = new ArrayList<>();
    try (TestNetwork network = new TestNetwork(data)) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; !stop.get(); i++) {
                      network.join("alice", "w" + i);
                      joined.add(network.nodes.require("w" + i));
                    }
                  });
      for (int i = 0; i < 3; i++) {
        Backup.make(data, temp.resolve("b" + i), NOW);
      }
      stop.set(true);
      writer.join();
    }
    for (int i = 0; i < 3; i++) {
      Path restored = temp.resolve("r" + i);
      Restore.restore(temp.resolve("b" + i), restored, false, NOW);
      try (TestNetwork network = new TestNetwork(restored)) {
        // a key is used exactly when its node is there: no half registration
        assertThat(network.keys.all().stream().filter(key -> key.used()).count())
            .isEqualTo(network.nodes.size());
        assertThat(network.nodes.size()).isBetween(1, joined.size() + 1);
      }
    }
    System.out.printf(
        "backup: 3 made while %d nodes registered; each restored to a network of one moment%n",
        joined.size());
  }

  @Test
  void overwritesNothing() throws Exception {
    Files.writeString(file, "precious");
    assertThatThrownBy(() -> Backup.make(data, file, NOW))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("overwrites nothing");
    assertThat(file).hasContent("precious");
  }

  @Test
  void leavesNothingWhenItFails() throws Exception {
    Files.writeString(data.resolve("server.db"), "not a database at all, by no means");
    assertThatThrownBy(() -> Backup.make(data, file, NOW)).isInstanceOf(BackupException.class);
    try (var left = Files.list(temp)) {
      assertThat(left).containsExactly(data);
    }
  }

  @Test
  void aStateThatIsThereIsKeptAside() throws Exception {
    Backup.make(data, file, NOW);
    try (TestNetwork network = new TestNetwork(data)) {
      network.join("alice", "later");
    }
    assertThatThrownBy(() -> Restore.restore(file, data, false, NOW))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("--replace");
    assertThat(names(data)).containsExactly("one", "later");
    Path kept = Restore.restore(file, data, true, NOW).kept().orElseThrow();
    assertThat(names(data)).containsExactly("one");
    assertThat(kept).isEqualTo(data.resolve("before-restore-20260301-100000"));
    assertThat(names(kept)).containsExactly("one", "later");
  }

  @Test
  void aRunningServerIsNotRestoredInto() throws Exception {
    Backup.make(data, file, NOW);
    try (DataDirectory running = DataDirectory.take(data)) {
      assertThatThrownBy(() -> Restore.restore(file, running.path(), true, NOW))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("another meshd server (process");
    }
  }

  @Test
  void aDamagedBackupChangesNothing() throws Exception {
    Backup.make(data, file, NOW);
    byte[] whole = Files.readAllBytes(file);
    int refused = 0;
    for (int at = 0; at < whole.length; at += whole.length / 40) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;
      Files.write(file, damaged);
      try {
        Restore.restore(file, temp.resolve("x" + at), false, NOW);
        // what the hashes do not cover, such as the time of an entry, does no harm
        assertThat(names(temp.resolve("x" + at))).containsExactly("one");
      } catch (BackupException e) {
        refused++;
        assertThat(temp.resolve("x" + at).resolve("server.db")).doesNotExist();
      }
    }
    assertThat(refused).isGreaterThan(20);
    System.out.printf(
        "backup: a flipped bit was refused %d times of 40 and never restored%n", refused);
  }

  @Test
  void anInterruptedRestoreIsNotTakenForANetwork() throws Exception {
    Backup.make(data, file, NOW);
    Files.writeString(data.resolve(DataDirectory.RESTORE_MARK), "");
    try (DataDirectory directory = DataDirectory.take(data)) {
      assertThatThrownBy(directory::requireComplete)
          .hasMessageContaining("was interrupted; run meshd server restore again, with --replace");
    }
    Restore.restore(file, data, true, NOW);
    try (DataDirectory directory = DataDirectory.take(data)) {
      directory.requireComplete();
    }
  }
}
