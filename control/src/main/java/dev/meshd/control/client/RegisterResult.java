package dev.meshd.control.client;

import dev.meshd.control.model.Login;
import dev.meshd.control.model.User;
import dev.meshd.crypto.NodePrivateKey;
import java.time.Duration;
import java.util.Optional;

/** How one attempt to register ended. */
public sealed interface RegisterResult {
  /** The server knows the node under {@code key}. */
  record Registered(
      User user,
      Login login,
      boolean machineAuthorized,
      NodePrivateKey key,
      Optional<NodePrivateKey> oldKey)
      implements RegisterResult {}

  /** Somebody has to visit {@code url}; follow up with the same keys. */
  record NeedsLogin(String url, NodePrivateKey key, Optional<NodePrivateKey> oldKey)
      implements RegisterResult {}

  /** The server said no; {@code reason} is one sentence for the user. */
  record Rejected(String reason) implements RegisterResult {}

  /**
   * The server could not be asked, or was not able to answer.
   *
   * @param retryAfter when the server named a time
   */
  record Unreachable(String reason, Optional<Duration> retryAfter) implements RegisterResult {}
}
