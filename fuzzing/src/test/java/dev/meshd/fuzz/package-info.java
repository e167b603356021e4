/**
 * Fuzzing of everything that reads what a stranger sends.
 *
 * <p>Read {@link dev.meshd.fuzz.FuzzTarget} (what is fuzzed), {@link dev.meshd.fuzz.FuzzBody} (what
 * a target does with an input), {@link dev.meshd.fuzz.Fuzzer} (where Jazzer comes in) and {@code
 * CorpusReplayTest} (the committed inputs as ordinary tests). The targets are in {@code
 * dev.meshd.fuzz.reader}; the few that need a package-private entry are in that entry's package.
 *
 * <p>Single-threaded. Nothing here may be needed by another module, and nothing here waits, opens a
 * socket or reads a clock.
 */
@NullMarked
package dev.meshd.fuzz;

import org.jspecify.annotations.NullMarked;
