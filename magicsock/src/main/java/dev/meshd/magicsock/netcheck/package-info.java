/**
 * Measures the network this node is in. Start at {@link dev.meshd.magicsock.netcheck.Netcheck}:
 * {@code start} it with a {@link dev.meshd.magicsock.netcheck.NetcheckRequest}, do what {@link
 * dev.meshd.magicsock.netcheck.NetcheckOutput} asks for, and take the {@link
 * dev.meshd.magicsock.netcheck.NetcheckReport}. Inside, {@code ProbePlan} says whom to ask when,
 * {@code Findings} collects answers, {@code PreferredRegion} proposes the home relay.
 *
 * <p>Owned by the engine loop. Does no I/O and reads no clock. Source: tailscale:
 * net/netcheck/netcheck.go.
 */
@NullMarked
package dev.meshd.magicsock.netcheck;

import org.jspecify.annotations.NullMarked;
