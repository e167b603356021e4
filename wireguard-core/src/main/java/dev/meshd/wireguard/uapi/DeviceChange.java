package dev.meshd.wireguard.uapi;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import java.util.List;
import java.util.Optional;

/** One change that a client asks for. */
public sealed interface DeviceChange {
  /** {@code private_key}; empty to have none. Taken over by whoever carries it out. */
  record UseKey(Optional<NodePrivateKey> key) implements DeviceChange {}

  /** {@code listen_port}; 0 for any. */
  record ListenOn(int port) implements DeviceChange {}

  /** {@code fwmark}, an unsigned number; 0 for none. */
  record UseMark(int mark) implements DeviceChange {}

  /** {@code replace_peers}. */
  record RemoveAllPeers() implements DeviceChange {}

  /**
   * {@code public_key} and what follows about that peer, which is made if there is none.
   *
   * @param changes in the order of their lines
   */
  record ConfigurePeer(NodeKey key, List<PeerChange> changes) implements DeviceChange {
    public ConfigurePeer {
      changes = List.copyOf(changes);
    }
  }
}
