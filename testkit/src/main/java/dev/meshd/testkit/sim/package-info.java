/**
 * Whole meshes in virtual time, on one thread, from one seed.
 *
 * <p>Read {@link dev.meshd.testkit.sim.MeshSimulation} (one seed's history and what is checked),
 * {@code SimWorld} (everything that exists in it), {@code SimNode} and {@code SimEngine} (one
 * machine: a real engine and data path without sockets and threads), and the underlay: {@code
 * SimInternet}, {@code SimNat}, {@code SimRelay}, {@code SimStunServer}, {@code SimCoordinator}.
 *
 * <p>Everything that could differ between two runs comes from the seed: time is {@link
 * dev.meshd.testkit.sim.EventQueue}'s, dice are {@link dev.meshd.testkit.sim.SimRandom}'s. The same
 * seed gives the same history, so a failure is replayed by its number.
 */
@NullMarked
package dev.meshd.testkit.sim;

import org.jspecify.annotations.NullMarked;
