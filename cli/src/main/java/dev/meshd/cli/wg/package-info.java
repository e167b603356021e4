/**
 * {@code meshd wg}: plain WireGuard. {@link dev.meshd.cli.wg.WgCommand} is an interface for {@code
 * wg} and {@code wg-quick}, {@link dev.meshd.cli.wg.WgUpCommand} and {@link
 * dev.meshd.cli.wg.WgDownCommand} are tunnels from wg-quick files. What an interface is and does
 * lives in {@code dev.meshd.agent.wg}; here are command lines, the environment ({@link
 * dev.meshd.cli.wg.InterfaceEnvironment}), and how a process goes into the background.
 */
@NullMarked
package dev.meshd.cli.wg;

import org.jspecify.annotations.NullMarked;
