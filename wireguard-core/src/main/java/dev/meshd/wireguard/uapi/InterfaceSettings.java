package dev.meshd.wireguard.uapi;

import dev.meshd.crypto.NodePrivateKey;
import java.util.Optional;

/** What a client sees and changes of an interface besides its peers. Engine loop. */
public interface InterfaceSettings {
  /** Our key; empty when none has been set. Borrowed. */
  Optional<NodePrivateKey> key();

  /** The UDP port, or 0 while there is none. */
  int port();

  /** The firewall mark of our datagrams, an unsigned number; 0 for none. */
  int mark();

  /** Replaces our key, or removes it; the new one is taken over. */
  void useKey(Optional<NodePrivateKey> key);

  /** Receives on another port, 0 for any free one; the old one stays if that fails. */
  Optional<UapiFault> listenOn(int port);

  /** Marks our datagrams otherwise. */
  Optional<UapiFault> useMark(int mark);
}
