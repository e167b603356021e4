package dev.meshd.coordinator.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is measured of map streams: how many changes there are, how often a message is built, how
 * often it is sent, and how far streams are behind. Thread-safe.
 *
 * <p>{@code meshd_map_views_total} divided by {@code meshd_changes_total} is the number of views
 * computed per change; {@code headscale_mapresponse_sent_total} divided by {@code
 * headscale_mapresponse_generated_total} is how many receivers share a message.
 */
public final class MapMetrics {
  /** What a message says. */
  public enum Message {
    /** Everything: the first of a stream, or after a stream fell too far behind. */
    FULL,
    /** Changes of peers, the same for all who were told as much before. */
    CHANGE,
    /** Changes for one receiver alone, who is among the changed. */
    SELF,
    /** Nothing but that the server is there. */
    KEEPALIVE
  }

  /** Why a stream ended. */
  public enum End {
    /** The client or its connection went. */
    CLOSED,
    /** The node opened a newer one. */
    REPLACED,
    /** The node was deleted. */
    DELETED,
    /** The server stops. */
    SHUTDOWN
  }

  private final MeterRegistry registry;

  private final Map<Message, Instruments> messages = new EnumMap<>(Message.class);

  private final Map<End, Counter> ended = new EnumMap<>(End.class);
  private final Counter views;
  private final Counter resyncs;
  private final Counter endpointUpdates;
  private final Timer delay;
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong waitingForFull = new AtomicLong();
  private final AtomicLong behind = new AtomicLong();

  public MapMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Message type : Message.values()) {
      messages.put(type, instruments(type));
    }
    for (End reason : End.values()) {
      ended.put(
          reason,
          Counter.builder("headscale.mapresponse.ended")
              .description("Map streams that ended.")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    views = counter("meshd.map.views", "Views of the network computed for map messages.");
    resyncs = counter("meshd.map.resyncs", "Streams so far behind that they got a full map again.");
    endpointUpdates =
        Counter.builder("headscale.mapresponse.endpoint.updates")
            .description("Requests by which nodes told about themselves.")
            .tag("status", "ok")
            .register(registry);
    delay =
        Timer.builder("meshd.map.delay")
            .description("From a change until the message that tells it was handed to a stream.")
            .register(registry);
    gauge("meshd.map.sessions", "Open map streams.", sessions);
    gauge(
        "meshd.map.full.waiting",
        "Streams waiting for their turn to get a full map.",
        waitingForFull);
    gauge(
        "meshd.map.queue.depth",
        "Changes that the stream furthest behind has yet to hear.",
        behind);
  }

  /** Counts into nothing that is read. */
  public static MapMetrics unread() {
    return new MapMetrics(new SimpleMeterRegistry());
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  /** What is measured of one type of message. */
  private record Instruments(
      Counter sent, Counter failed, Counter generated, Counter bytes, Timer build) {}

  private Instruments instruments(Message type) {
    String label = type.name().toLowerCase(Locale.ROOT);
    return new Instruments(
        sent("success", label),
        sent("error", label),
        Counter.builder("headscale.mapresponse.generated")
            .description("Map messages built; one may go to many streams.")
            .tag("type", label)
            .register(registry),
        Counter.builder("meshd.map.bytes")
            .description("Bytes of map messages sent, as on the stream.")
            .tag("type", label)
            .register(registry),
        Timer.builder("meshd.map.build")
            .description("Time to encode and compress one map message.")
            .tag("type", label)
            .register(registry));
  }

  private Counter sent(String status, String type) {
    return Counter.builder("headscale.mapresponse.sent")
        .description("Map messages handed to streams.")
        .tag("status", status)
        .tag("type", type)
        .register(registry);
  }

  private void gauge(String name, String description, AtomicLong value) {
    Gauge.builder(name, value, AtomicLong::doubleValue).description(description).register(registry);
  }

  /** A change of kind {@code kind} was noted for the streams. */
  public void change(String kind) {
    registry.counter("meshd.changes", "kind", kind).increment();
  }

  /** A message was computed from the registry's records. */
  public void viewComputed() {
    views.increment();
  }

  private Instruments of(Message type) {
    return requireNonNull(messages.get(type));
  }

  /** A message was encoded and compressed in {@code nanos}. */
  public void built(Message type, long nanos) {
    Instruments of = of(type);
    of.generated().increment();
    of.build().record(nanos, TimeUnit.NANOSECONDS);
  }

  public void sent(Message type, int length) {
    Instruments of = of(type);
    of.sent().increment();
    of.bytes().increment(length);
  }

  public void sendFailed(Message type) {
    of(type).failed().increment();
  }

  public void delayed(long nanos) {
    delay.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void resync() {
    resyncs.increment();
  }

  public void endpointUpdate() {
    endpointUpdates.increment();
  }

  public void ended(End reason) {
    requireNonNull(ended.get(reason)).increment();
  }

  public void sessions(int open) {
    sessions.set(open);
  }

  public void waitingForFull(int streams) {
    waitingForFull.set(streams);
  }

  public void behind(long changes) {
    behind.set(changes);
  }
}
