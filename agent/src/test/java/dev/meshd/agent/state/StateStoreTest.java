package dev.meshd.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.crypto.NodePrivateKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StateStoreTest {
  @TempDir Path temp;

  @Test
  void keepsIdentityAndPrefsAcrossStarts() throws Exception {
    NodePrivateKey nodeKey = NodePrivateKey.generate();
    NodeState.Login login =
        new NodeState.Login(
            "ab12", "7", 1, "user@example.com", "User", "example.com", "2026-01-01T00:00:00Z");
    NodeState written;
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"))) {
      StateStore store = StateStore.open(directory);
      store.update(
          state ->
              state
                  .withNodeKeys(Optional.of(nodeKey), Optional.empty())
                  .withLogin(Optional.of(login)));
      MaskedPrefs edit = MaskedPrefs.none().with("WantRunning", true).with("Hostname", "box");
      var prefs = edit.applyTo(store.state().prefs());
      written = store.update(state -> state.withPrefs(prefs).withServerKey("http://s", "mkey:00"));
    }
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"))) {
      NodeState read = StateStore.open(directory).state();
      assertThat(read.machineKey().publicKey()).isEqualTo(written.machineKey().publicKey());
      assertThat(read.nodeKey().orElseThrow().publicKey()).isEqualTo(nodeKey.publicKey());
      assertThat(read.oldNodeKey()).isEmpty();
      assertThat(read.login()).contains(login);
      assertThat(read.prefs()).isEqualTo(written.prefs());
      assertThat(read.serverKeys()).containsEntry("http://s", "mkey:00");
    }
  }

  @Test
  void filesAreReadableByTheOwnerOnly() throws Exception {
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"))) {
      StateStore store = StateStore.open(directory);
      new SealedFile(directory.file("cache"), store.state().stateKey()).write(new byte[] {1});
      assertThat(mode(temp.resolve("state"))).isEqualTo("rwx------");
      for (String name : new String[] {"meshd.state", "cache", "lock"}) {
        assertThat(mode(directory.file(name))).as(name).isEqualTo("rw-------");
      }
    }
  }

  @Test
  void closesAnExistingDirectoryToOthers() throws Exception {
    Path open = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    StateDirectory.open(open).close();
    assertThat(mode(open)).isEqualTo("rwx------");
  }

  @Test
  void refusesASecondDaemon() throws Exception {
    try (StateDirectory first = StateDirectory.open(temp)) {
      assertThat(first.file("x")).isEqualTo(temp.resolve("x"));
      assertThatThrownBy(() -> StateDirectory.open(temp))
          .isInstanceOf(StateException.class)
          .hasMessage(
              "another meshd daemon (process "
                  + ProcessHandle.current().pid()
                  + ") is already using the state directory "
                  + temp
                  + "; stop it first, or give this one its own --statedir");
    }
    StateDirectory.open(temp).close();
  }

  @Test
  void aCrashWhileWritingLeavesTheOldState() throws Exception {
    try (StateDirectory directory = StateDirectory.open(temp)) {
      String key = StateStore.open(directory).state().machineKey().text();
      // What a crash before the rename leaves behind: half of a new file beside the old one.
      Files.writeString(temp.resolve("meshd.state.new"), "{\"version\": 1, \"machi");
      StateStore reopened = StateStore.open(directory);
      assertThat(reopened.state().machineKey().text()).isEqualTo(key);
      reopened.update(state -> state.withServerKey("u", "k"));
      assertThat(StateStore.open(directory).state().serverKeys()).containsKey("u");
      assertThat(temp.resolve("meshd.state.new")).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "not json",
        "[]",
        "{}",
        "{\"version\":1,\"machineKey\":\"privkey:12\"}",
        "null"
      })
  void aDamagedFileIsNamedAndKept(String content) throws Exception {
    Path file = temp.resolve("meshd.state");
    Files.writeString(file, content);
    try (StateDirectory directory = StateDirectory.open(temp)) {
      assertThatThrownBy(() -> StateStore.open(directory))
          .isInstanceOf(StateException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("is damaged")
          .hasMessageNotContaining("privkey:12");
    }
    assertThat(file).hasContent(content);
  }

  @Test
  void anEmptyFileIsAFirstStart() throws Exception {
    Files.writeString(temp.resolve("meshd.state"), "\n");
    try (StateDirectory directory = StateDirectory.open(temp)) {
      assertThat(StateStore.open(directory).state().login()).isEmpty();
    }
  }

  @Test
  void anEmptyFileOfAMachineThatWasANodeIsNoFirstStart() throws Exception {
    Files.writeString(temp.resolve("meshd.state"), "");
    Files.writeString(temp.resolve("netmap.cache"), "x");
    try (StateDirectory directory = StateDirectory.open(temp)) {
      assertThatThrownBy(() -> StateStore.open(directory))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("shows that this machine has been a node");
    }
    assertThat(temp.resolve("meshd.state")).isEmptyFile();
  }

  @Test
  void aStateOfANewerVersionIsLeftAlone() throws Exception {
    try (StateDirectory directory = StateDirectory.open(temp)) {
      StateStore.open(directory);
      Path file = temp.resolve("meshd.state");
      String newer = Files.readString(file).replace("\"version\": 1", "\"version\": 2");
      Files.writeString(file, newer);
      String copy = Files.readString(temp.resolve("meshd.state.copy"));
      assertThatThrownBy(() -> StateStore.open(directory))
          .isInstanceOf(StateException.class)
          .hasMessage(
              "the state file "
                  + file
                  + " was written by a newer meshd (state version 2, this program knows 1);"
                  + " install that version again, nothing was changed");
      assertThat(file).hasContent(newer);
      assertThat(temp.resolve("meshd.state.copy")).hasContent(copy);
    }
  }

  /** Torn, emptied, removed, or with one digit of a key flipped: the copy has the identity. */
  @ParameterizedTest
  @ValueSource(strings = {"torn", "empty", "missing", "flipped"})
  void aDamagedStateIsRestoredFromItsCopyAndKept(String damage) throws Exception {
    try (StateDirectory directory = StateDirectory.open(temp)) {
      String identity = StateStore.open(directory).state().machineKey().text();
      Path file = temp.resolve("meshd.state");
      String whole = Files.readString(file);
      switch (damage) {
        case "torn" -> Files.writeString(file, whole.substring(0, whole.length() / 2));
        case "empty" -> Files.writeString(file, "");
        case "missing" -> Files.delete(file);
        default -> Files.writeString(file, flippedDigit(whole));
      }
      StateStore repaired = StateStore.open(directory);
      assertThat(repaired.state().machineKey().text()).isEqualTo(identity);
      assertThat(repaired.repaired())
          .hasValueSatisfying(sentence -> assertThat(sentence).contains("from its copy"));
      assertThat(file).hasContent(whole);
      boolean kept = damage.equals("torn") || damage.equals("flipped");
      assertThat(Files.exists(temp.resolve("meshd.state.damaged"))).isEqualTo(kept);
      System.out.println("state: " + repaired.repaired().orElseThrow());
    }
  }

  private static String flippedDigit(String text) {
    int at = text.indexOf("privkey:") + "privkey:".length();
    char other = text.charAt(at) == '0' ? '1' : '0';
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  @Test
  void aStateOfTheFirstReleaseWithoutHashAndCopyIsRead() throws Exception {
    String machine = dev.meshd.crypto.MachinePrivateKey.generate().text();
    Files.writeString(
        temp.resolve("meshd.state"),
        "{\"version\": 1, \"machineKey\": \""
            + machine
            + "\", \"stateKey\": \""
            + "00".repeat(32)
            + "\", \"serverKeys\": {}}");
    try (StateDirectory directory = StateDirectory.open(temp)) {
      assertThat(StateStore.open(directory).state().machineKey().text()).isEqualTo(machine);
    }
    assertThat(temp.resolve("meshd.state.copy")).exists();
  }

  @Test
  void aSealedFileIsPrivateAndBoundToItsName() throws Exception {
    StateKey key = StateKey.generate();
    SealedFile file = new SealedFile(temp.resolve("a"), key);
    byte[] secret = "network map".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(file.read()).isEmpty();
    file.write(secret);
    assertThat(file.read()).hasValueSatisfying(read -> assertThat(read).isEqualTo(secret));
    assertThat(
            new String(
                Files.readAllBytes(temp.resolve("a")),
                java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("network");
    Files.copy(temp.resolve("a"), temp.resolve("b"));
    assertThat(new SealedFile(temp.resolve("b"), key).read()).isEmpty();
    assertThat(new SealedFile(temp.resolve("a"), StateKey.generate()).read()).isEmpty();
    Files.write(temp.resolve("a"), new byte[] {1, 2, 3});
    assertThat(file.read()).isEmpty();
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
