package dev.meshd.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed, or the power goes, in the middle of each single step by which its state gets
 * to disk. Whatever was acknowledged is there afterwards, and never another identity.
 */
final class StateCrashTest {
  private static final NodePrivateKey KEY = NodePrivateKey.generate();
  private static final NodePrivateKey NEXT = NodePrivateKey.generate();

  /** A machine's life: first login, a setting, a new key, a logout. */
  private static final List<UnaryOperator<NodeState>> LIFE =
      List.of(
          s -> s.withServerKey("http://server", "mkey:00"),
          s -> s.withPendingNodeKey(KEY),
          s -> s.withNodeKeys(Optional.of(KEY), Optional.empty()),
          s -> s.withDiscoKey(DiscoPrivateKey.of(new byte[32])),
          StateCrashTest::renamed,
          s -> s.withPendingNodeKey(NEXT),
          s -> s.withNodeKeys(Optional.of(NEXT), Optional.of(KEY)),
          s -> s.withNodeKeys(Optional.empty(), Optional.empty()));

  @TempDir Path temp;

  private static NodeState renamed(NodeState state) {
    try {
      return state.withPrefs(MaskedPrefs.none().with("Hostname", "box").applyTo(state.prefs()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** What the process had been promised, as text, and what it was being promised, when it ended. */
  private static final class Life {
    final List<String> acknowledged = new ArrayList<>();
    String attempted = "";

    void live(Path path, CrashingDisk disk) throws IOException {
      try (StateDirectory directory = StateDirectory.open(path)) {
        StateStore store = StateStore.open(directory, disk);
        acknowledged.add(text(store.state()));
        for (UnaryOperator<NodeState> change : LIFE) {
          attempted = text(change.apply(store.state()));
          store.update(change);
          acknowledged.add(attempted);
        }
      } catch (CrashingDisk.Killed e) {
        // as meant
      }
    }

    void check(Path path, String when) throws IOException {
      try (StateDirectory directory = StateDirectory.open(path)) {
        String found =
            text(StateStore.open(directory, CrashingDisk.lasting().knowing(path)).state());
        if (acknowledged.isEmpty()) {
          return; // nobody had been told of an identity yet
        }
        assertThat(found).as(when).isIn(acknowledged.getLast(), attempted);
      }
    }
  }

  private static String text(NodeState state) {
    return new String(StateText.encode(state), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void killedInEveryStep() throws IOException {
    int steps = 0;
    for (int k = 0; ; k++) {
      Path path = temp.resolve("kill" + k);
      CrashingDisk disk = new CrashingDisk(k);
      Life life = new Life();
      life.live(path, disk);
      life.check(path, "killed in step " + k);
      if (disk.steps() <= k) {
        break;
      }
      steps++;
    }
    assertThat(steps).isGreaterThan(80);
    System.out.printf(
        "state: killed in each of %d steps; the acknowledged state was there each time%n", steps);
  }

  @Test
  void powerLostInEveryStep() throws IOException {
    int cuts = 0;
    for (int k = 0; ; k++) {
      Path path = temp.resolve("cut" + k);
      CrashingDisk disk = new CrashingDisk(k);
      Life life = new Life();
      life.live(path, disk);
      for (int which = 0; which < disk.powerCuts(); which++) {
        for (CrashingDisk.Torn torn : CrashingDisk.Torn.values()) {
          disk.losePower(path, which, torn);
          life.check(path, "power lost in step " + k + ", names " + which + ", content " + torn);
          cuts++;
        }
      }
      if (disk.steps() <= k) {
        break;
      }
    }
    assertThat(cuts).isGreaterThan(500);
    System.out.printf(
        "state: power cut in %d ways, with names missing and content torn; the acknowledged state"
            + " was there each time%n",
        cuts);
  }

  @Test
  void killedInEveryStepOfARepair() throws IOException {
    int steps = 0;
    for (int k = 0; ; k++) {
      Path path = temp.resolve("repair" + k);
      Life life = new Life();
      life.live(path, CrashingDisk.lasting());
      Files.writeString(path.resolve(StateFiles.STATE), "{ torn");
      CrashingDisk disk = new CrashingDisk(k).knowing(path);
      try (StateDirectory directory = StateDirectory.open(path)) {
        StateStore.open(directory, disk);
      } catch (CrashingDisk.Killed e) {
        // as meant
      }
      for (int which = 0; which < disk.powerCuts(); which++) {
        disk.losePower(path, which, CrashingDisk.Torn.EMPTY);
        life.check(path, "killed in step " + k + " of a repair");
      }
      if (disk.steps() <= k) {
        break;
      }
      steps++;
    }
    assertThat(steps).isGreaterThan(4);
    System.out.printf("state: killed in each of %d steps of a repair; the copy held%n", steps);
  }

  @Test
  void aFullDiskTakesNothingBackAndIsWrittenWhenThereIsRoom() throws IOException {
    try (StateDirectory directory = StateDirectory.open(temp)) {
      FullDisk disk = new FullDisk();
      StateStore store = StateStore.open(directory, disk);
      disk.full = true;
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> store.update(s -> s.withPendingNodeKey(KEY)))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("meshd.state: No space left on device");
      assertThat(store.state().pendingNodeKey()).isEmpty();
      store.remember(s -> s.withNodeKeys(Optional.of(KEY), Optional.empty()));
      assertThat(store.state().nodeKey()).isPresent();
      assertThat(store.problem()).hasValueSatisfying(p -> assertThat(p).contains("No space"));
      disk.full = false;
      assertThat(store.flush()).isEmpty();
      String kept = text(store.state());
      assertThat(text(StateStore.open(directory).state())).isEqualTo(kept);
      System.out.println(
          "state: disk full; a new key was refused, a known one went on in memory and was written"
              + " later");
    }
  }

  /** A disk that can be full. */
  private static final class FullDisk implements dev.meshd.disk.Disk {
    boolean full;

    @Override
    public void create(Path file, byte[] content) throws IOException {
      if (full) {
        throw new java.nio.file.FileSystemException(
            file.toString(), null, "No space left on device");
      }
      SYSTEM.create(file, content);
    }

    @Override
    public void force(Path file) {}

    @Override
    public void rename(Path from, Path to) throws IOException {
      SYSTEM.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public void delete(Path file) throws IOException {
      SYSTEM.delete(file);
    }
  }
}
