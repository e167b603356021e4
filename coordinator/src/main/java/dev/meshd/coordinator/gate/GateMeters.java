package dev.meshd.coordinator.gate;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Shows what a gate counts as metrics, labelled with its port. Stateless. */
public final class GateMeters {
  private final MeterRegistry registry;
  private final GateStats stats;
  private final String port;

  private GateMeters(MeterRegistry registry, GateStats stats, String port) {
    this.registry = registry;
    this.stats = stats;
    this.port = port;
  }

  /**
   * @param port what the gate guards, such as {@code control}
   */
  public static void bind(MeterRegistry registry, ConnectionGate gate, String port) {
    GateMeters meters = new GateMeters(registry, gate.stats(), port);
    meters.open("stranger", GateStats::strangers);
    meters.open("waiting", GateStats::waiting);
    meters.open("member", GateStats::members);
    FunctionCounter.builder("meshd.connections.accepted", gate.stats(), GateStats::entered)
        .description("Connections accepted.")
        .tag("port", port)
        .register(registry);
    meters.closed("displaced", GateStats::displaced);
    meters.closed("late", GateStats::late);
    meters.closed("refused", GateStats::refused);
    meters.closed("expelled", GateStats::expelled);
  }

  private void open(String standing, ToDoubleFunction<GateStats> value) {
    Gauge.builder("meshd.connections.open", stats, value)
        .description("Open connections by what is known of their client.")
        .tag("port", port)
        .tag("standing", standing)
        .register(registry);
  }

  private void closed(String reason, ToDoubleFunction<GateStats> value) {
    FunctionCounter.builder("meshd.connections.closed", stats, value)
        .description("Connections that the server closed to stay in bounds.")
        .tag("port", port)
        .tag("reason", reason)
        .register(registry);
  }
}
