package dev.meshd.agent.state;

import dev.meshd.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A disk on which the process ends after a given number of steps. The directory then looks as after
 * kill -9: every step done, the last one half. {@link #losePower} makes it look as after a power
 * cut: of names that were not forced any may be there or not, of content that was not forced
 * nothing, a half or all.
 */
final class CrashingDisk implements Disk {
  /** The end of the process; no code of ours catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /** How much of a file that was not forced is there afterwards. */
  enum Torn {
    EMPTY,
    HALF,
    WHOLE
  }

  /** A file's content, whatever its names. */
  private static final class Inode {
    final byte[] content;
    boolean forced;

    Inode(byte[] content) {
      this.content = content;
    }

    byte[] afterPowerCut(Torn torn) {
      if (forced || torn == Torn.WHOLE) {
        return content;
      }
      return torn == Torn.EMPTY ? new byte[0] : Arrays.copyOf(content, content.length / 2);
    }
  }

  /** A change of names: one goes, one comes; either may be absent. */
  private record Renaming(@Nullable Path from, @Nullable Path to, @Nullable Inode inode) {}

  private final int crashAt;
  private int steps;
  private final Map<Path, Inode> names = new HashMap<>();
  private final Map<Path, Inode> forcedNames = new HashMap<>();
  private final List<Renaming> pending = new ArrayList<>();

  /**
   * @param crashAt the step, from 0, in the middle of which the process ends
   */
  CrashingDisk(int crashAt) {
    this.crashAt = crashAt;
  }

  /** A disk that lasts. */
  static CrashingDisk lasting() {
    return new CrashingDisk(Integer.MAX_VALUE);
  }

  /** How many steps were taken. */
  int steps() {
    return steps;
  }

  /** Knows files that were there, and safe, before. */
  CrashingDisk knowing(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Inode inode = new Inode(Files.readAllBytes(file));
        inode.forced = true;
        names.put(file, inode);
        forcedNames.put(file, inode);
      }
    }
    return this;
  }

  private boolean isLast() {
    if (steps > crashAt) {
      throw new Killed();
    }
    return steps++ == crashAt;
  }

  @Override
  public void create(Path file, byte[] content) throws IOException {
    boolean last = isLast();
    byte[] written = last ? Arrays.copyOf(content, content.length / 2) : content;
    SYSTEM.create(file, written);
    Inode inode = new Inode(written);
    names.put(file, inode);
    pending.add(new Renaming(null, file, inode));
    endIf(last);
  }

  @Override
  public void force(Path file) {
    endIf(isLast());
    names.get(file).forced = true;
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    endIf(isLast());
    SYSTEM.rename(from, to);
    Inode inode = names.remove(from);
    names.put(to, inode);
    pending.add(new Renaming(from, to, inode));
  }

  @Override
  public void forceDirectory(Path directory) {
    endIf(isLast());
    pending.forEach(change -> apply(change, forcedNames));
    pending.clear();
  }

  @Override
  public void delete(Path file) throws IOException {
    endIf(isLast());
    SYSTEM.delete(file);
    if (names.remove(file) != null) {
      pending.add(new Renaming(file, null, null));
    }
  }

  private void endIf(boolean last) {
    if (last) {
      throw new Killed();
    }
  }

  private static void apply(Renaming change, Map<Path, Inode> to) {
    if (change.from() != null) {
      to.remove(change.from());
    }
    if (change.to() != null && change.inode() != null) {
      to.put(change.to(), change.inode());
    }
  }

  /** How many different sets of names a power cut may leave. */
  int powerCuts() {
    return 1 << pending.size();
  }

  /**
   * Makes {@code directory} look as after a power cut.
   *
   * @param which of the {@link #powerCuts}: bit i says whether the i-th change of names lasted
   */
  void losePower(Path directory, int which, Torn torn) throws IOException {
    Map<Path, Inode> left = new HashMap<>(forcedNames);
    for (int i = 0; i < pending.size(); i++) {
      if ((which >> i & 1) != 0) {
        apply(pending.get(i), left);
      }
    }
    try (var files = Files.list(directory)) {
      files
          .filter(file -> !file.getFileName().toString().equals("lock"))
          .forEach(CrashingDisk::remove);
    }
    for (var entry : left.entrySet()) {
      Files.write(entry.getKey(), entry.getValue().afterPowerCut(torn));
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
