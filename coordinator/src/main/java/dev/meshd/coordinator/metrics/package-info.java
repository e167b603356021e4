/**
 * What the server counts and measures. Read {@link ServerMetrics} (the registry, and its text for
 * Prometheus), then {@link MapMetrics} (map streams and fan-out). Relay, STUN and database bind
 * their own counters where they live.
 *
 * <p>Names: a metric that means the same as one of Headscale bears its name, so that existing
 * dashboards work; all others begin with {@code meshd_}. Label values are from small fixed sets,
 * never names of users, nodes or addresses. Instruments are thread-safe; nothing here waits or
 * locks.
 */
@NullMarked
package dev.meshd.coordinator.metrics;

import org.jspecify.annotations.NullMarked;
