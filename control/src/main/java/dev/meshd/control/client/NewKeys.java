package dev.meshd.control.client;

import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Node keys for logins. A key is kept on disk before a server hears of it, and used again until a
 * login has ended well: if the process dies between the server's decision and our learning of it,
 * the server knows the node under a key that we still have. Owned by the login thread.
 */
final class NewKeys {
  private final Supplier<NodePrivateKey> generator;
  private final NewKeyKeeper keeper;
  private Optional<NodePrivateKey> pending;

  /**
   * @param pending made by an earlier process for a login whose end it did not learn of
   */
  NewKeys(
      Optional<NodePrivateKey> pending, Supplier<NodePrivateKey> generator, NewKeyKeeper keeper) {
    this.pending = pending;
    this.generator = generator;
    this.keeper = keeper;
  }

  /** The key of a login whose end is not known. */
  Optional<NodePrivateKey> pending() {
    return pending;
  }

  /**
   * The pending key, or a new one if there is none or it is {@code current} itself.
   *
   * @throws IOException if a new key cannot be kept; no server may hear of it then
   */
  NodePrivateKey next(Optional<NodePrivateKey> current) throws IOException {
    Optional<NodePrivateKey> usable =
        pending.filter(
            key -> current.filter(now -> now.publicKey().equals(key.publicKey())).isEmpty());
    if (usable.isPresent()) {
      return usable.get();
    }
    NodePrivateKey made = generator.get();
    keeper.keep(made);
    pending = Optional.of(made);
    return made;
  }

  /** A login has ended well: the next new key is another one. */
  void settle() {
    pending = Optional.empty();
  }
}
