package dev.meshd.control.client;

import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import java.util.Optional;

/**
 * Who we are to a server. The caller keeps all of it on disk and owns the keys; the client does not
 * close them.
 *
 * @param machineKey identifies the machine; survives everything
 * @param nodeKey the registered node key, absent before the first login and after a logout
 * @param oldNodeKey the node key before that, if there was one
 * @param pendingNodeKey made for a login whose end is not known; see {@link NewKeyKeeper}
 * @param serverKey the server's key as first seen, absent at first contact
 */
public record ControlIdentity(
    MachinePrivateKey machineKey,
    Optional<NodePrivateKey> nodeKey,
    Optional<NodePrivateKey> oldNodeKey,
    Optional<NodePrivateKey> pendingNodeKey,
    Optional<MachineKey> serverKey) {

  /** A node whose last login, if there was one, has ended. */
  public ControlIdentity(
      MachinePrivateKey machineKey,
      Optional<NodePrivateKey> nodeKey,
      Optional<NodePrivateKey> oldNodeKey,
      Optional<MachineKey> serverKey) {
    this(machineKey, nodeKey, oldNodeKey, Optional.empty(), serverKey);
  }
}
