package dev.meshd.coordinator.gate;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A connection and its standing. Compared by identity. Guarded by its gate. */
final class Visitor {
  final Channel channel;
  final ConnectionSource source;

  /** Where it is counted, and under which key; null once it is counted nowhere. */
  @Nullable VisitorGroup group;

  Object key;
  @Nullable Future<?> deadline;

  Visitor(Channel channel, ConnectionSource source) {
    this.channel = channel;
    this.source = source;
    this.key = source;
  }
}
