/**
 * A small internet in network namespaces, for end-to-end tests and for {@code meshd demo}.
 *
 * <p>Read in this order: {@link Lab} (the picture, and what makes and removes it), {@link Site} and
 * {@link NatKind} (what stands between a host and the internet), {@link LabHost}, {@link
 * LabCommand} and {@link LabProcess} (running things there), {@link LabAccess} (rights), {@link
 * Await} (bounded waiting), {@link LabMarker} (what survives a crash).
 *
 * <p>A lab is owned by the thread that made it. It touches nothing of the machine's own network:
 * every link is made between two namespaces of its own. It never waits without a bound, never ends
 * a process that is not in one of its namespaces, and leaves nothing behind but the logs of a lab
 * that failed.
 */
@NullMarked
package dev.meshd.testkit.lab;

import org.jspecify.annotations.NullMarked;
