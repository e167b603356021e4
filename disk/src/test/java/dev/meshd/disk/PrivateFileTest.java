package dev.meshd.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrivateFileTest {
  private static final byte[] OLD = "old".getBytes(UTF_8);
  private static final byte[] NEW = "new".getBytes(UTF_8);

  @TempDir Path temp;

  @Test
  void isReadableByTheOwnerOnly() throws IOException {
    Path path = temp.resolve("secret");
    PrivateFile.at(path).replace(OLD);
    PrivateFile.at(path).replace(NEW);
    assertThat(path).hasBinaryContent(NEW);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void forcesContentBeforeTheNameAndTheNameBeforeItReturns() throws IOException {
    List<String> steps = new ArrayList<>();
    new PrivateFile(new FailingDisk(steps, ""), temp.resolve("file")).replace(NEW);
    assertThat(steps)
        .containsExactly(
            "delete file.new",
            "create file.new",
            "force file.new",
            "rename file.new",
            "forceDirectory " + temp.getFileName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "force", "rename"})
  void aStepThatFailsLeavesTheOldContentAndNoRubbish(String step) throws IOException {
    Path path = temp.resolve("file");
    PrivateFile.at(path).replace(OLD);
    assertThatThrownBy(
            () -> new PrivateFile(new FailingDisk(new ArrayList<>(), step), path).replace(NEW))
        .isInstanceOf(FileSystemException.class);
    assertThat(path).hasBinaryContent(OLD);
    try (var files = Files.list(temp)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void whatACrashLeftIsNoObstacle() throws IOException {
    Files.writeString(temp.resolve("file.new"), "half of someth");
    PrivateFile.at(temp.resolve("file")).replace(NEW);
    assertThat(temp.resolve("file")).hasBinaryContent(NEW);
    assertThat(temp.resolve("file.new")).doesNotExist();
  }

  @Test
  void aFaultIsWordedForPeople() {
    IOException full = new FileSystemException("/x", null, "No space left on device");
    assertThat(DiskFault.reason(full)).isEqualTo("No space left on device");
    assertThat(DiskFault.reason(new AccessDeniedException("/x"))).isEqualTo("permission denied");
  }

  @Test
  void aDirectoryIsHeldOnceAndNamesItsHolder() throws IOException {
    try (HeldDirectory held = HeldDirectory.take(temp.resolve("dir"))) {
      assertThatThrownBy(() -> HeldDirectory.take(held.path()))
          .isInstanceOfSatisfying(
              HeldDirectory.HeldByOtherException.class,
              e -> assertThat(e.holder()).isEqualTo("process " + ProcessHandle.current().pid()));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(held.path())))
          .isEqualTo("rwx------");
    }
    HeldDirectory.take(temp.resolve("dir")).close();
  }

  /** The system's disk, but for one step. */
  private record FailingDisk(List<String> steps, String failing) implements Disk {
    private void step(String name, Path path) throws IOException {
      steps.add(name + " " + path.getFileName());
      if (name.equals(failing)) {
        throw new FileSystemException(path.toString(), null, "No space left on device");
      }
    }

    @Override
    public void create(Path file, byte[] content) throws IOException {
      SYSTEM.create(file, content);
      step("create", file);
    }

    @Override
    public void force(Path file) throws IOException {
      step("force", file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      step("rename", from);
      SYSTEM.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      step("forceDirectory", directory);
    }

    @Override
    public void delete(Path file) throws IOException {
      step("delete", file);
      SYSTEM.delete(file);
    }
  }
}
