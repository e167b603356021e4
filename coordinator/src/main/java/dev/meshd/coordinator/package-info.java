/**
 * The coordination server, {@code meshd server}: who is in the network, under which address, and
 * how they find each other. Start at {@link dev.meshd.coordinator.CoordinatorServer}, which puts
 * the parts together; then, from the bottom:
 *
 * <ul>
 *   <li>{@code config}: what the operator decides
 *   <li>{@code domain}, {@code storage}: what is kept, and where; {@code backup}: all of it in one
 *       file
 *   <li>{@code metrics}: what is counted and measured
 *   <li>{@code gate}: which connections stay
 *   <li>{@code loop}: the one thread that owns the state
 *   <li>{@code registry}: users, keys, nodes, and the rules of registration
 *   <li>{@code netmap}: what each connected node is told
 *   <li>{@code web}, {@code admin}, {@code relay}: the ways in
 * </ul>
 *
 * <p>Dependencies run upwards in that list only. The server must never lose what it answered, never
 * let one bad node spoil the map of others, and never need more than its defaults to serve real
 * clients.
 */
@NullMarked
package dev.meshd.coordinator;

import org.jspecify.annotations.NullMarked;
