/**
 * The {@code meshd} command. {@link dev.meshd.cli.Meshd} is the main class: exit codes, errors,
 * {@code --debug}. It finds its sub-commands through {@link dev.meshd.cli.CommandCatalog}, which
 * {@code catalog} implements, so that starting one loads no other; they are in {@code client} (talk
 * to the daemon), {@code daemon}, {@code server}, {@code wg} and {@code demo}, and {@link
 * dev.meshd.cli.VersionCommand} here. All of them share {@link dev.meshd.cli.CommandFailure} (one
 * sentence and an exit code), {@link dev.meshd.cli.Logging} and {@link dev.meshd.cli.Version}.
 *
 * <p>A command is thin: what it does is in {@code agent}, {@code coordinator} or {@code testkit}.
 */
@NullMarked
package dev.meshd.cli;

import org.jspecify.annotations.NullMarked;
