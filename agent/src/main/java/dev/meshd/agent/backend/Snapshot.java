package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.node.MeshNode;
import dev.meshd.agent.state.NodeState;
import dev.meshd.control.session.Netmap;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The backend at one moment, for other threads. Immutable, but for the node, which may be closed by
 * the time it is asked.
 *
 * @param staleSince when the server was last heard, present only while it is not
 * @param loginUrl where the user has to log in, or empty
 * @param endpoints this node's own addresses
 * @param homeRegion its home relay, or 0
 */
record Snapshot(
    BackendState state,
    NodeState node,
    Optional<Netmap> netmap,
    Optional<Instant> staleSince,
    Optional<MeshNode> mesh,
    String loginUrl,
    Map<String, HealthWarning> health,
    List<TypedEndpoint> endpoints,
    int homeRegion) {}
