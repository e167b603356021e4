/**
 * What the daemon keeps on disk. {@link dev.meshd.agent.state.StateDirectory} is the private
 * directory and its lock, {@link dev.meshd.agent.state.StateStore} the file with keys, login and
 * prefs, {@link dev.meshd.agent.state.SealedFile} an encrypted file for the cached network map,
 * {@link dev.meshd.agent.state.AtomicFile} the way every one of them is written: a crash at any
 * moment leaves the old content or the new, never a mixture.
 *
 * <p>Private keys leave this package only as key objects; none is ever logged.
 */
@NullMarked
package dev.meshd.agent.state;

import org.jspecify.annotations.NullMarked;
