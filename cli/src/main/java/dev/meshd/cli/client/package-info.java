/**
 * The commands that talk to the daemon: {@link dev.meshd.cli.client.DaemonSocket} is the option
 * they share, {@link dev.meshd.cli.client.UpCommand} the longest of them. They know the daemon only
 * through the local API and load neither its classes nor a network library. Texts and exit codes
 * are those a Tailscale user expects.
 */
@NullMarked
package dev.meshd.cli.client;

import org.jspecify.annotations.NullMarked;
