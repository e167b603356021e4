/**
 * End-to-end tests: real programs in the namespace lab, against each other and against other
 * people's implementations.
 *
 * <p>{@link LabExtension} gives a test its lab and says why tests are skipped where rights are
 * missing. Programs of other projects are looked for in {@code PATH} and in the directory that
 * {@code MESHD_INTEROP_BIN} names; tests whose program is not there are reported as skipped by
 * name.
 */
@NullMarked
package dev.meshd.e2e;

import org.jspecify.annotations.NullMarked;
