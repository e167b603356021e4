package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.List;

/**
 * What a {@link NodeEngine} wants done. Called on the engine loop from inside the engine's methods,
 * so implementations must not call back into the engine; they may keep the arrays. Nothing here may
 * block or throw: a datagram that cannot be sent is lost, like any other.
 */
public interface EngineOutput {

  /**
   * Send a handshake, disco or STUN datagram. Silently lost if the address family has no socket.
   */
  void sendUdp(Endpoint to, byte[] datagram);

  /**
   * Send a handshake or disco packet by relay. {@link #connectDerp} was called for the region
   * before; while it is still connecting, the newest few packets wait.
   */
  void sendDerp(int region, NodeKey to, byte[] packet);

  /** Connect to a region and stay connected, reconnecting as needed, until {@link #closeDerp}. */
  void connectDerp(DerpRegion region);

  /** The region is not needed any more. */
  void closeDerp(int region);

  /**
   * The home region changed: tell every connected relay which one is preferred, and the
   * coordination server.
   *
   * @param region 0 for none
   */
  void homeRegionChanged(int region);

  /** Look a relay's host name up; answer with {@link NodeEngine#onResolved}, whatever was found. */
  void resolve(String host);

  /**
   * No STUN server answers: time one HTTPS request to the region's relay; answer with {@link
   * NodeEngine#onHttpsMeasured}.
   */
  void measureHttps(DerpRegion region);

  /** This node's own addresses changed: tell the coordination server. */
  void endpointsChanged(List<TypedEndpoint> endpoints);

  /** What is known of the local network changed: tell the coordination server. */
  void netInfoChanged(NetInfo netInfo);

  /** A user's ping was answered. Further answers to the same request are not reported. */
  void pingAnswered(PingResult result);

  /**
   * A peer's path changed between direct and relayed. For logs and watchers; packets already go the
   * new way.
   *
   * @param via the direct address, or a relay region's pseudo endpoint
   */
  void pathChanged(NodeKey peer, Endpoint via);

  // --- requests to the thread that seals; see WireGuardOutput

  /** Seal and send the packets waiting for the peer, or, when there are none, an empty one. */
  void sendKeepalive(WireGuardPeer peer, boolean oweAnother);

  /** Seal and send the packets waiting for the peer: there is a session to send under. */
  void flushStaged(WireGuardPeer peer);

  /** Drop the packets waiting for the peer: no session will come about. */
  void dropStaged(WireGuardPeer peer);
}
