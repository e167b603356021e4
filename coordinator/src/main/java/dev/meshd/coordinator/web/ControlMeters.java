package dev.meshd.coordinator.web;

import dev.meshd.control.transport.ControlStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Shows what the control port counts as metrics. Stateless. */
public final class ControlMeters {
  private static final String REFUSED = "meshd.control.refused";
  private static final String REFUSED_TEXT =
      "What clients of the control port asked for in vain, or were cut off for.";

  private ControlMeters() {}

  public static void bind(MeterRegistry registry, ControlStats transport, WebStats requests) {
    FunctionCounter.builder("meshd.control.channels", transport, ControlStats::upgrades)
        .description("Connections that became a Noise channel.")
        .register(registry);
    FunctionCounter.builder("meshd.control.requests", transport, ControlStats::requests)
        .description("Complete requests inside Noise channels.")
        .register(registry);
    FunctionCounter.builder("meshd.logins.unlogged", requests, WebStats::loginsNotLogged)
        .description("Logins refused or waiting that left no line in the log.")
        .register(registry);
    refused(registry, transport, "upgrade", ControlStats::upgradesRefused);
    refused(registry, transport, "handshake", ControlStats::handshakesFailed);
    refused(registry, transport, "broken_channel", ControlStats::connectionsBroken);
    refused(registry, transport, "late_request", ControlStats::requestsLate);
    refused(registry, transport, "body", ControlStats::bodiesRefused);
    refused(registry, transport, "streams", ControlStats::streamsRefused);
    refused(registry, transport, "slow_reader", ControlStats::answersNotTaken);
    refused(registry, requests, "bad_request", WebStats::badRequests);
    refused(registry, requests, "unread_answers", WebStats::unreadAnswers);
    refused(registry, requests, "overload", WebStats::overload);
    refused(registry, requests, "too_often", WebStats::tooOften);
    refused(registry, requests, "wrong_machine", WebStats::wrongMachine);
    refused(registry, requests, "unknown_node", WebStats::unknownNode);
    refused(registry, requests, "hostinfo", WebStats::hostinfoTooLarge);
    refused(registry, requests, "endpoint", WebStats::endpointsDropped);
    refused(registry, requests, "disco_key", WebStats::discoKeysRefused);
  }

  private static <T> void refused(
      MeterRegistry registry, T stats, String reason, ToDoubleFunction<T> value) {
    FunctionCounter.builder(REFUSED, stats, value)
        .description(REFUSED_TEXT)
        .tag("reason", reason)
        .register(registry);
  }
}
