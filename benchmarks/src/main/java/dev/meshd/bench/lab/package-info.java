/**
 * What the benchmarks in network namespaces share: {@link dev.meshd.bench.lab.Program} (ours and
 * other people's), {@link dev.meshd.bench.lab.Iperf} (throughput), {@link
 * dev.meshd.bench.lab.PingTrace} (latency meanwhile), {@link dev.meshd.bench.lab.Load} (both at
 * once, and what it costs the programs that carry it), {@link dev.meshd.bench.lab.Rounds}
 * (alternating runs and their medians).
 *
 * <p>The namespaces belong to the testkit's lab, which removes them and every process in them, also
 * when the benchmark is interrupted.
 */
@NullMarked
package dev.meshd.bench.lab;

import org.jspecify.annotations.NullMarked;
