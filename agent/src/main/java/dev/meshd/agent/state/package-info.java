/**
 * What the daemon keeps on disk. {@link dev.meshd.agent.state.StateDirectory} is the private
 * directory and its lock, {@link dev.meshd.agent.state.StateStore} the state in memory and on disk,
 * {@link dev.meshd.agent.state.NodeState} what it holds, {@link dev.meshd.agent.state.StateFiles}
 * its file and its copy and what to do when one is damaged, {@link dev.meshd.agent.state.StateText}
 * their content; {@link dev.meshd.agent.state.SealedFile} is an encrypted file for the cached
 * network map, {@link dev.meshd.agent.state.TimestampReserve} the time below which peers may refuse
 * this node's handshakes.
 *
 * <p>Every file is a {@link dev.meshd.disk.PrivateFile}: a crash at any moment leaves the old
 * content or the new, never a mixture. A new identity is made on a machine that never had one, and
 * only there. Private keys leave this package only as key objects; none is ever logged.
 */
@NullMarked
package dev.meshd.agent.state;

import org.jspecify.annotations.NullMarked;
