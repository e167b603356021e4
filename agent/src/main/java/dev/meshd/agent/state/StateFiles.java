package dev.meshd.agent.state;

import dev.meshd.disk.Disk;
import dev.meshd.disk.DiskFault;
import dev.meshd.disk.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The state's file and its copy. A machine whose state is lost is another machine to everybody, so
 * the state is written twice, one after the other: whatever happens to one file, the other is
 * whole. Only a machine without any trace of an earlier run counts as new. Not thread-safe.
 */
final class StateFiles {
  static final String STATE = "meshd.state";
  static final String COPY = "meshd.state.copy";

  private static final String ASIDE = ".damaged";

  private final PrivateFile state;
  private final PrivateFile copy;
  private final Path trace;

  /**
   * @param trace a file that only a machine that has been a node has
   */
  StateFiles(Disk disk, Path state, Path copy, Path trace) {
    this.state = new PrivateFile(disk, state);
    this.copy = new PrivateFile(disk, copy);
    this.trace = trace;
  }

  /**
   * What the files say.
   *
   * @param state absent on a new machine
   * @param repaired one sentence when the copy had to be used
   * @param copied whether the copy is as it should be
   */
  record Found(Optional<NodeState> state, Optional<String> repaired, boolean copied) {}

  /** One file as it was found. */
  private sealed interface Content {
    /** Not there, or empty as a power cut may leave a file of another program. */
    record Nothing(boolean isThere) implements Content {}

    record Whole(String text, NodeState state) implements Content {}

    record Damaged(String why) implements Content {}
  }

  /**
   * Reads the state. A damaged file is kept under another name and replaced by its copy.
   *
   * @throws StateException if there was a state once and it cannot be read: starting afresh would
   *     throw the node's identity away. Nothing has been changed then.
   */
  Found read() throws StateException {
    Content first = content(state.path());
    Content second = content(copy.path());
    if (first instanceof Content.Whole whole) {
      boolean copied = second instanceof Content.Whole other && whole.text().equals(other.text());
      return new Found(Optional.of(whole.state()), Optional.empty(), copied);
    }
    if (second instanceof Content.Whole whole) {
      return new Found(Optional.of(whole.state()), Optional.of(setAside(first)), true);
    }
    refuseToForget(first, second);
    return new Found(Optional.empty(), Optional.empty(), false);
  }

  /** Makes {@code changed} durable; the copy is not yet as it should be when this returns. */
  void write(NodeState changed) throws StateException {
    replace(state, changed);
  }

  /** Makes the copy like the file. */
  void writeCopy(NodeState changed) throws StateException {
    replace(copy, changed);
  }

  private static void replace(PrivateFile file, NodeState changed) throws StateException {
    try {
      file.replace(StateText.encode(changed));
    } catch (IOException e) {
      throw new StateException(
          "cannot write the state file " + file.path() + ": " + DiskFault.reason(e), e);
    }
  }

  private static Content content(Path file) throws StateException {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new Content.Nothing(false);
    } catch (IOException e) {
      throw new StateException(
          "cannot read the state file " + file + ": " + DiskFault.reason(e), e);
    }
    String shown = new String(text, StandardCharsets.UTF_8);
    if (shown.isBlank()) {
      return new Content.Nothing(true);
    }
    try {
      return new Content.Whole(shown, StateText.decode(text));
    } catch (StateText.DamagedException e) {
      return new Content.Damaged(String.valueOf(e.getMessage()));
    } catch (StateText.NewerException e) {
      throw new StateException(
          "the state file "
              + file
              + " was written by a newer meshd (state version "
              + e.version()
              + ", this program knows "
              + StateText.VERSION
              + "); install that version again, nothing was changed",
          e);
    }
  }

  /** Keeps a damaged file for whoever wants to look at it, and puts the copy in its place. */
  private String setAside(Content broken) throws StateException {
    String what =
        switch (broken) {
          case Content.Nothing nothing -> nothing.isThere() ? "is empty" : "is missing";
          case Content.Damaged damaged -> "is damaged (" + damaged.why() + ")";
          case Content.Whole whole ->
              throw new IllegalArgumentException("nothing is wrong with it");
        };
    String kept = "";
    try {
      if (broken instanceof Content.Damaged) {
        Path aside = freeName();
        state.moveTo(aside);
        kept = "; the damaged file is kept as " + aside;
      }
      state.replace(Files.readAllBytes(copy.path()));
    } catch (IOException e) {
      throw new StateException(
          "the state file "
              + state.path()
              + " "
              + what
              + " and cannot be replaced by its copy: "
              + DiskFault.reason(e),
          e);
    }
    return "the state file " + state.path() + " " + what + "; restored it from its copy" + kept;
  }

  private Path freeName() {
    Path name = state.path().resolveSibling(STATE + ASIDE);
    for (int i = 2; Files.exists(name); i++) {
      name = state.path().resolveSibling(STATE + ASIDE + i);
    }
    return name;
  }

  private void refuseToForget(Content first, Content second) throws StateException {
    if (first instanceof Content.Damaged(String why)) {
      throw damaged(state.path(), why);
    }
    if (second instanceof Content.Damaged(String why)) {
      throw damaged(copy.path(), why);
    }
    if (Files.exists(trace)) {
      throw new StateException(
          "the state file "
              + state.path()
              + " and its copy are missing or empty, although "
              + trace
              + " shows that this machine has been a node; put the file back, or remove everything"
              + " in the directory to register as a new node");
    }
  }

  private static StateException damaged(Path file, String why) {
    return new StateException(
        "the state file "
            + file
            + " is damaged ("
            + why
            + ") and there is no copy of it; put a backup in its place, or remove everything in the"
            + " directory to register as a new node");
  }
}
