/**
 * The coordination server with many nodes; needs no rights and no namespaces. The nodes are those
 * of the benchmarks.
 */
@NullMarked
package dev.meshd.e2e.server;

import org.jspecify.annotations.NullMarked;
