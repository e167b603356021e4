package dev.meshd.e2e.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small real ext4 file system, mounted on a directory until it is closed. It can be full, and it
 * can meet an error, upon which the kernel lets nobody write to it, as with a dying SD card.
 */
final class SmallDisk implements AutoCloseable {
  private final Path path;
  private Path image;

  private SmallDisk(Path path, Path image) {
    this.path = path;
    this.image = image;
  }

  /** Skips the test where file systems cannot be made. */
  static SmallDisk on(Path path) throws IOException {
    Programs.require("mkfs.ext4");
    Files.createDirectories(path);
    Path image = path.resolveSibling(path.getFileName() + ".img");
    run("truncate", "-s", "8M", image.toString());
    run("mkfs.ext4", "-q", "-m", "0", image.toString());
    SmallDisk disk = new SmallDisk(path, image);
    disk.mount();
    return disk;
  }

  private void mount() throws IOException {
    run("mount", "-o", "loop,errors=remount-ro", image.toString(), path.toString());
  }

  /** Leaves not a byte. */
  void fill() throws IOException {
    try (var out = Files.newOutputStream(path.resolve("fill"))) {
      byte[] page = new byte[1024];
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left on device")) {
        throw e;
      }
    }
  }

  void makeRoom() throws IOException {
    Files.delete(path.resolve("fill"));
  }

  /** The kernel finds an error and makes the file system read-only. */
  void fail() throws IOException {
    Path device = Path.of(run("findmnt", "-n", "-o", "SOURCE", path.toString()).strip());
    Files.writeString(
        Path.of("/sys/fs/ext4", device.getFileName().toString(), "trigger_fs_error"), "lab\n");
  }

  /**
   * What an administrator does about it, on a copy: another process's mount namespace may keep the
   * failed file system alive. Nobody may use it meanwhile.
   */
  void repair() throws IOException {
    run("umount", "--lazy", path.toString());
    Path repaired = image.resolveSibling(image.getFileName() + ".repaired");
    run("cp", image.toString(), repaired.toString());
    run("sh", "-c", "fsck.ext4 -y -f " + repaired + " || [ $? -le 1 ]");
    image = repaired;
    mount();
  }

  @Override
  public void close() throws IOException {
    run("umount", "--lazy", path.toString());
  }

  private static String run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new LabException(String.join(" ", command) + ": " + said);
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }
}
