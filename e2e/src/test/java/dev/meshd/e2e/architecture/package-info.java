/**
 * The rules of docs/ARCHITECTURE.md as tests: which module may use which, and what a sans-IO
 * package must never touch. A rule that fails says in one sentence what to do instead.
 */
@NullMarked
package dev.meshd.e2e.architecture;

import org.jspecify.annotations.NullMarked;
