/**
 * {@code meshd wg up} and {@code meshd wg down}: plain WireGuard tunnels from wg-quick files.
 * {@link dev.meshd.cli.wg.WgUpCommand} is the longer half; what a tunnel is and does lives in
 * {@code dev.meshd.agent.wg}.
 */
@NullMarked
package dev.meshd.cli.wg;

import org.jspecify.annotations.NullMarked;
