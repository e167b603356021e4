package dev.meshd.coordinator.netmap;

/**
 * Where a session's messages go: one response stream of one connection. Called on the coordinator
 * loop only.
 */
public interface MapSink {
  /** Whether the connection would take a message now without storing it up. */
  boolean isReady();

  /** Sends one message. A failure to send is reported by ending the session, not here. */
  void send(MapMessage message);

  /** Ends the stream after what was sent. */
  void close();

  /** Ends the stream at once, with what was not sent yet. */
  void abort();
}
