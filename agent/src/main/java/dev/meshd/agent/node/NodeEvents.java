package dev.meshd.agent.node;

import dev.meshd.crypto.NodeKey;
import dev.meshd.engine.NetInfo;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import java.util.List;

/**
 * What a running node has to tell. Called on its threads; must return at once and not call back
 * into the node.
 */
public interface NodeEvents {
  /** This node's own addresses are others. */
  void endpointsChanged(List<TypedEndpoint> endpoints);

  /** What is known of the local network is something else. */
  void netInfoChanged(NetInfo netInfo);

  /** The relay region where peers find this node; 0 for none. */
  void homeRegionChanged(int region);

  /** A relay connection came up or broke; {@code problem} is empty when it came up. */
  void relayChanged(int region, String problem);

  void pathChanged(NodeKey peer, Endpoint via);

  /** The network interface disappeared under the node, which carries nothing from here on. */
  void interfaceGone();

  /** The addresses or the default route of this machine are others, or it slept. */
  void networkChanged();
}
