package dev.meshd.control.client;

import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;

/** Puts a new node key where it survives the process, before a server hears of it. */
@FunctionalInterface
public interface NewKeyKeeper {
  /** Keeps nothing: for a node that lives no longer than the process. */
  NewKeyKeeper NONE = key -> {};

  /**
   * Called on the login thread; returns when the key is kept.
   *
   * @throws IOException with one sentence, if it cannot be: the key is not used then
   */
  void keep(NodePrivateKey key) throws IOException;
}
