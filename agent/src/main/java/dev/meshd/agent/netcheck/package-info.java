/**
 * The {@code netcheck} command's side of the daemon's code: {@link
 * dev.meshd.agent.netcheck.NetcheckRunner} measures on sockets of its own, {@link
 * dev.meshd.agent.netcheck.NetcheckText} and {@link dev.meshd.agent.netcheck.NetcheckJson} show
 * what came out, {@link dev.meshd.agent.netcheck.RelayMaps} reads the relay map it needs.
 *
 * <p>Runs in the command's process, never in the daemon.
 */
@NullMarked
package dev.meshd.agent.netcheck;

import org.jspecify.annotations.NullMarked;
