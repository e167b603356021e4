package dev.meshd.agent.backend;

import dev.meshd.agent.backend.HealthConditions.Condition;
import dev.meshd.agent.state.StateException;
import dev.meshd.agent.state.StateStore;
import dev.meshd.agent.state.TimestampReserve;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that what is to survive is on disk: writes what the disk refused before, keeps the
 * handshake clock's reserve ahead, and says so while it cannot. Owned by the backend's thread.
 */
final class StateKeeper {
  private static final Logger log = LoggerFactory.getLogger(StateKeeper.class);

  private final StateStore store;
  private final TimestampReserve timestamps;
  private final HealthConditions health;

  StateKeeper(StateStore store, TimestampReserve timestamps, HealthConditions health) {
    this.store = store;
    this.timestamps = timestamps;
    this.health = health;
  }

  /** Called after each change and every few seconds. */
  void keep() {
    Optional<String> problem = store.flush();
    try {
      timestamps.extend();
    } catch (StateException e) {
      problem = problem.or(() -> Optional.of(String.valueOf(e.getMessage())));
    }
    if (problem.isEmpty()) {
      health.clear(Condition.STATE_STORE);
      return;
    }
    String text =
        "Changes will be lost at a restart: "
            + problem.get()
            + ". Make room or make the directory writable; it is tried again every few seconds.";
    if (health.get(Condition.STATE_STORE).isEmpty()) {
      log.warn("{}", text);
    }
    health.set(Condition.STATE_STORE, text, Instant.now());
  }

  /** The last chance, when nothing changes and no handshake is begun any more. */
  void close() {
    store.flush().ifPresent(problem -> log.error("{}", problem));
    try {
      timestamps.release();
    } catch (StateException e) {
      log.debug("the next start uses later timestamps than it must: {}", e.getMessage());
    }
  }
}
