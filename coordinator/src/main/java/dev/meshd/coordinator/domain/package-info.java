/**
 * The things the server keeps: read {@link NodeRecord} with its {@link Owner} and {@link
 * NodeFacts}, then {@link User}, {@link PreAuthKey} and {@link AuthKeySecret}, then {@link
 * NodeLabel} for how names are made.
 *
 * <p>Immutable values without behaviour that reaches outside: nothing here reads a clock, the
 * database or the network.
 */
@NullMarked
package dev.meshd.coordinator.domain;

import org.jspecify.annotations.NullMarked;
