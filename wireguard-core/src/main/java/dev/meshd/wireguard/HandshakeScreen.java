package dev.meshd.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.wireguard.noise.HandshakeLayout;
import dev.meshd.wireguard.noise.MessageMacs;
import dev.meshd.wireguard.noise.MessageType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first look at a handshake message or cookie reply: is it one, is it of its type's exact
 * length, and does its sender know our public key ({@code mac1})? It costs about two microseconds
 * and neither reads nor changes anything about peers.
 *
 * <p>The device applies it to everything. A receiver thread applies it as well, before it queues a
 * message for the engine loop: what does not pass takes no room in that queue. Immutable,
 * thread-safe.
 */
public final class HandshakeScreen {
  private final MessageMacs macs;

  HandshakeScreen(NodeKey own) {
    this.macs = MessageMacs.forReceiver(own);
  }

  /** Why the message is to be dropped; null when it may be looked at further. */
  public @Nullable DropReason refuse(byte[] message) {
    if (message.length < Integer.BYTES) {
      return DropReason.TOO_SHORT;
    }
    Optional<MessageType> type = MessageType.fromWire(HandshakeLayout.firstWord(message));
    if (type.isEmpty() || type.get() == MessageType.TRANSPORT_DATA) {
      return DropReason.UNKNOWN_TYPE;
    }
    if (!type.get().isValidLength(message.length)) {
      return DropReason.WRONG_LENGTH;
    }
    boolean hasMacs = type.get() != MessageType.COOKIE_REPLY;
    return hasMacs && !macs.verifiesMac1(message) ? DropReason.MAC1_INVALID : null;
  }
}
