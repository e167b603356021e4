/**
 * JMH benchmarks of what every packet, handshake or map costs, one class per subject, and {@link
 * dev.meshd.bench.micro.MicroBenchmarks}, which runs them and holds those marked {@link
 * dev.meshd.bench.micro.AllocatesNothing} to it.
 *
 * <p>Every benchmark owns its state and one thread. Times are for comparing two versions on one
 * quiet machine; the numbers of bytes allocated hold anywhere.
 */
@NullMarked
package dev.meshd.bench.micro;

import org.jspecify.annotations.NullMarked;
