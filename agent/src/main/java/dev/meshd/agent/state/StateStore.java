package dev.meshd.agent.state;

import dev.meshd.disk.Disk;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The node's state in memory and on disk. Thread-safe.
 *
 * <p>{@link #update} is for what must not happen unless it is kept; {@link #remember} is for what
 * has happened anyway: the daemon goes on with it, and {@link #flush} writes it when the disk takes
 * it.
 */
public final class StateStore {
  /** The kept network map; a machine that has it has been a node. */
  public static final String NETMAP_CACHE = "netmap.cache";

  private final StateFiles files;
  private final Optional<String> repaired;
  private NodeState state;

  /** Whether a file is behind the state in memory. */
  private boolean stateBehind;

  private boolean copyBehind;

  /** What kept the files behind, one sentence. */
  private Optional<String> problem = Optional.empty();

  private StateStore(StateFiles files, NodeState state, Optional<String> repaired) {
    this.files = files;
    this.state = state;
    this.repaired = repaired;
  }

  /**
   * Reads the state; on a new machine makes keys and writes them.
   *
   * @throws StateException if there was a state once and it cannot be read, or if new keys cannot
   *     be written
   */
  public static StateStore open(StateDirectory directory) throws StateException {
    return open(directory, Disk.SYSTEM);
  }

  static StateStore open(StateDirectory directory, Disk disk) throws StateException {
    StateFiles files =
        new StateFiles(
            disk,
            directory.file(StateFiles.STATE),
            directory.file(StateFiles.COPY),
            directory.file(NETMAP_CACHE));
    StateFiles.Found found = files.read();
    StateStore store =
        new StateStore(files, found.state().orElseGet(NodeState::fresh), found.repaired());
    if (found.state().isEmpty()) {
      files.write(store.state);
    }
    store.copyBehind = !found.copied();
    store.flush();
    return store;
  }

  /** One sentence when the state had to be restored from its copy at {@link #open}. */
  public Optional<String> repaired() {
    return repaired;
  }

  public synchronized NodeState state() {
    return state;
  }

  /**
   * Changes the state and makes the change durable.
   *
   * @throws StateException if it could not be written; the state then stays as it was
   */
  public synchronized NodeState update(UnaryOperator<NodeState> change) throws StateException {
    NodeState changed = change.apply(state);
    if (!changed.equals(state)) {
      files.write(changed);
      state = changed;
      stateBehind = false;
      copyBehind = true;
      flush();
    }
    return changed;
  }

  /** Changes the state; if the change cannot be written now, {@link #flush} has more to do. */
  public synchronized NodeState remember(UnaryOperator<NodeState> change) {
    NodeState changed = change.apply(state);
    if (!changed.equals(state)) {
      state = changed;
      stateBehind = true;
      copyBehind = true;
      flush();
    }
    return changed;
  }

  /** Writes what is not written yet; returns what stands in the way, as one sentence. */
  public synchronized Optional<String> flush() {
    try {
      if (stateBehind) {
        files.write(state);
        stateBehind = false;
      }
      if (copyBehind) {
        files.writeCopy(state);
        copyBehind = false;
      }
      problem = Optional.empty();
    } catch (StateException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
    }
    return problem;
  }

  /** What kept the last change from the disk, as one sentence. */
  public synchronized Optional<String> problem() {
    return problem;
  }
}
