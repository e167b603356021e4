/**
 * The commands that are the daemon, or clean up after it: {@link
 * dev.meshd.cli.daemon.DaemonCommand}.
 */
@NullMarked
package dev.meshd.cli.daemon;

import org.jspecify.annotations.NullMarked;
