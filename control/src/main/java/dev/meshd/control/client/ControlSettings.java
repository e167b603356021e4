package dev.meshd.control.client;

import dev.meshd.control.model.CapabilityVersion;
import dev.meshd.control.transport.ServerUrl;
import java.time.Duration;

/**
 * How a client talks to its server.
 *
 * @param url the server
 * @param version capability version to claim, in all three places
 * @param watchdog a map stream that says nothing for this long is dead
 * @param maxFrameBytes largest map message on the wire
 * @param maxMessageBytes largest map message after decompression
 */
public record ControlSettings(
    ServerUrl url, int version, Duration watchdog, int maxFrameBytes, int maxMessageBytes) {
  /** Server keep-alives come every 50 to 60 s; two may get lost. */
  public static final Duration WATCHDOG = Duration.ofMinutes(2);

  /** Room for some ten thousand peers. */
  private static final int MAX_FRAME_BYTES = 16 << 20;

  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  /** The usual settings for {@code url}. */
  public static ControlSettings of(ServerUrl url) {
    return new ControlSettings(
        url, CapabilityVersion.CURRENT, WATCHDOG, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES);
  }
}
