/**
 * A running node: everything between the network map and the packets. Read {@link
 * dev.meshd.agent.node.MeshNode}, which puts the parts together; {@link
 * dev.meshd.agent.node.EngineLoop}, the thread that owns the {@link dev.meshd.engine.NodeEngine};
 * {@link dev.meshd.agent.node.EngineEffects}, which does what the engine asks for; {@link
 * dev.meshd.agent.node.RelayConnections}; {@link dev.meshd.agent.node.MapTranslation}, from the
 * control protocol's map to what engine, filter and interface understand.
 *
 * <p>Others reach the engine only by commands to its loop; what it finds out comes back through
 * {@link dev.meshd.agent.node.NodeEvents}, on the loop's thread.
 */
@NullMarked
package dev.meshd.agent.node;

import org.jspecify.annotations.NullMarked;
