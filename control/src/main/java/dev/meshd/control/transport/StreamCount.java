package dev.meshd.control.transport;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * How many requests are under way on one connection whose client is not known yet: completing a
 * Noise handshake takes any key, so it proves nothing. Owned by the event loop of the connection,
 * except {@link #recognise}.
 */
final class StreamCount {
  private static final AttributeKey<Boolean> KNOWN = AttributeKey.valueOf("meshd.known-client");

  private final int max;
  private int open;

  StreamCount(int max) {
    this.max = max;
  }

  /** Counts {@code stream} until it closes, unless there are too many; then it must be closed. */
  boolean admits(Channel stream) {
    if (open >= max && !Boolean.TRUE.equals(stream.parent().attr(KNOWN).get())) {
      return false;
    }
    open++;
    stream.closeFuture().addListener(closed -> open--);
    return true;
  }

  /** Lifts the bound for a connection. Called on any thread. */
  static void recognise(Channel connection) {
    connection.attr(KNOWN).set(true);
  }
}
