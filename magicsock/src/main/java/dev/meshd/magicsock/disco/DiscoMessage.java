package dev.meshd.magicsock.disco;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import java.util.List;
import java.util.Optional;

/** One disco message in the clear. Immutable. */
public sealed interface DiscoMessage {

  /**
   * "Can you hear me at this address?"
   *
   * @param txId copied into the answer
   * @param claimedNode the sender's node key; a hint that is checked against the netmap, not a
   *     proof
   * @param padding zero bytes appended, so that the datagram probes a path MTU
   */
  record Ping(TxId txId, Optional<NodeKey> claimedNode, int padding) implements DiscoMessage {}

  /**
   * The answer to a ping.
   *
   * @param seenSource where the answering node saw the ping come from
   */
  record Pong(TxId txId, Endpoint seenSource) implements DiscoMessage {}

  /**
   * "Here is where I might be reached; try all of them." Travels by relay only. An empty list is
   * valid and withdraws what was announced before.
   */
  record CallMeMaybe(List<Endpoint> endpoints) implements DiscoMessage {
    public CallMeMaybe {
      endpoints = List.copyOf(endpoints);
    }
  }

  /** A well-sealed message of a kind that this node does not act on (UDP relay, or newer). */
  record Unsupported(int type, int version) implements DiscoMessage {}
}
