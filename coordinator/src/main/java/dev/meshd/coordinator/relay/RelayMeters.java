package dev.meshd.coordinator.relay;

import dev.meshd.derp.codec.SessionFailure;
import dev.meshd.derp.server.RelayDrop;
import dev.meshd.derp.server.RelayStats;
import dev.meshd.magicsock.io.StunServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Shows what relay and STUN server count anyway as metrics. Stateless. */
final class RelayMeters {
  private final MeterRegistry registry;
  private final RelayStats stats;

  private RelayMeters(MeterRegistry registry, RelayStats stats) {
    this.registry = registry;
    this.stats = stats;
  }

  static void bind(MeterRegistry registry, RelayStats stats, StunServer stun) {
    RelayMeters meters = new RelayMeters(registry, stats);
    meters.relay();
    stun(registry, stun, "answered", StunServer::answered);
    stun(registry, stun, "ignored", StunServer::ignored);
    stun(registry, stun, "failed", StunServer::failed);
  }

  private void relay() {
    Gauge.builder("meshd.relay.connections", stats, RelayStats::connections)
        .description("Clients connected to the relay.")
        .register(registry);
    Gauge.builder("meshd.relay.home.connections", stats, RelayStats::homeConnections)
        .description("Clients connected that call this relay their home.")
        .register(registry);
    counter("meshd.relay.accepts", "Connections since the start.", RelayStats::accepts);
    directed("packets", "Packets relayed.", "in", RelayStats::packetsReceived);
    directed("packets", "Packets relayed.", "out", RelayStats::packetsSent);
    directed("bytes", "Bytes of packets relayed.", "in", RelayStats::bytesReceived);
    directed("bytes", "Bytes of packets relayed.", "out", RelayStats::bytesSent);
    counter(
        "meshd.relay.write.timeouts",
        "Connections closed because they took nothing for too long.",
        RelayStats::writeTimeouts);
    counter(
        "meshd.relay.refused.connections",
        "Connections closed at once because there were too many.",
        RelayStats::refusedConnections);
    counter(
        "meshd.relay.unread.answers",
        "Connections closed because they did not take the answers they asked for.",
        RelayStats::unreadAnswers);
    counter(
        "meshd.relay.receive.waits",
        "Times a client was read later because it sent faster than it may.",
        RelayStats::receiveWaits);
    for (RelayDrop reason : RelayDrop.values()) {
      dropped(reason, true);
      dropped(reason, false);
    }
    for (SessionFailure failure : SessionFailure.values()) {
      FunctionCounter.builder("meshd.relay.failures", stats, s -> s.failures(failure))
          .description("Connections that ended by a failure.")
          .tag("reason", label(failure))
          .register(registry);
    }
  }

  private void counter(String name, String description, ToDoubleFunction<RelayStats> value) {
    FunctionCounter.builder(name, stats, value).description(description).register(registry);
  }

  private void directed(
      String what, String description, String direction, ToDoubleFunction<RelayStats> value) {
    FunctionCounter.builder("meshd.relay." + what, stats, value)
        .description(description)
        .tag("direction", direction)
        .register(registry);
  }

  private void dropped(RelayDrop reason, boolean disco) {
    FunctionCounter.builder("meshd.relay.dropped", stats, s -> s.dropped(reason, disco))
        .description("Packets dropped by the relay.")
        .tag("reason", label(reason))
        .tag("kind", disco ? "disco" : "other")
        .register(registry);
  }

  private static void stun(
      MeterRegistry registry, StunServer stun, String result, ToDoubleFunction<StunServer> value) {
    FunctionCounter.builder("meshd.stun.requests", stun, value)
        .description("Datagrams at the STUN port.")
        .tag("result", result)
        .register(registry);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
