/**
 * {@code meshd demo}: a whole mesh on one machine, shown working in a minute, without root where
 * that is allowed.
 *
 * <p>Read in this order: {@link DemoCommand} (options, and how the rights are got), {@link Demo}
 * (the story, step by step), {@link DemoServer} and {@link DemoNode} (the programs in their
 * namespaces), {@link DemoReport} (what is shown).
 *
 * <p>Everything runs through the commands a user types: services as processes in their namespaces,
 * client commands in this process, since they speak to a Unix socket and need no network. Nothing
 * outside the lab's namespaces is touched.
 */
@NullMarked
package dev.meshd.cli.demo;

import org.jspecify.annotations.NullMarked;
