package dev.meshd.magicsock.path;

import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;

/** What {@link PeerPaths} wants done. Called on the engine loop, from inside its methods. */
public interface PathOutput {

  /**
   * Send a ping.
   *
   * @param to an address, or {@link Endpoint#derp} for a ping by relay
   * @param padding zero bytes to append
   */
  void sendPing(Endpoint to, TxId txId, int padding, long nowNs);

  /** Tell the peer our addresses, by relay. */
  void sendCallMeMaybe(long nowNs);

  /**
   * A user's ping was answered.
   *
   * @param userPing as given to {@link PeerPaths#userPing}
   * @param to the address that was pinged and answered
   */
  void userPong(long userPing, Endpoint to, long latencyNs);
}
