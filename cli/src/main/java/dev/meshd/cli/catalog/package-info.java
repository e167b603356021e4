/**
 * Puts the command together: {@link dev.meshd.cli.catalog.AllCommands} knows every sub-command, and
 * is found by {@code dev.meshd.cli} as a service, so that dependencies run one way: from here to
 * the commands, and from those to what they share.
 */
@NullMarked
package dev.meshd.cli.catalog;

import org.jspecify.annotations.NullMarked;
