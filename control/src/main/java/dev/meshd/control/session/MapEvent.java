package dev.meshd.control.session;

import dev.meshd.control.model.ClientVersion;
import dev.meshd.control.model.ControlDialPlan;
import dev.meshd.control.model.PingRequest;
import java.time.Duration;

/** What one map message asks for, in the order in which it must happen. */
public sealed interface MapEvent {
  /** The server wants a sign of life or a probe; at most once per URL and stream. */
  record PingAsked(PingRequest request) implements MapEvent {}

  /** The user should visit a page; at most once per URL and stream. */
  record BrowserAsked(String url) implements MapEvent {}

  /** The server knows about newer clients. */
  record VersionKnown(ClientVersion version) implements MapEvent {}

  /** How to dial from the next connection on; survives the stream. */
  record DialPlanKnown(ControlDialPlan plan) implements MapEvent {}

  /**
   * Nothing more of the stream should be read for a while; at most {@link MapSession#MAX_PAUSE}.
   */
  record Pause(Duration time) implements MapEvent {}

  /**
   * The network map is another one.
   *
   * @param netmap the whole map after the message
   * @param change how it differs from the map before
   */
  record NetmapChanged(Netmap netmap, NetmapChange change) implements MapEvent {}
}
