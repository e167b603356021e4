/**
 * Plain WireGuard tunnels: {@link dev.meshd.bench.tunnel.TunnelBenchmark} (what is measured),
 * {@code Side} (one end), {@code Tunnel} (two ends of one program: ours, wireguard-go, boringtun).
 */
@NullMarked
package dev.meshd.bench.tunnel;

import org.jspecify.annotations.NullMarked;
