package dev.meshd.control.client;

import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.MapEvent;
import dev.meshd.control.session.MapProtocolException;
import dev.meshd.control.session.MapSession;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.control.transport.ReplyStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One open map stream: a message at a time, under the watchdog. Owned by the client's map thread;
 * {@link #close} may come from elsewhere.
 */
final class MapStream implements AutoCloseable {
  private final ReplyStream reply;
  private final ControlSettings settings;
  private final MapSession session = new MapSession();

  private MapStream(ReplyStream reply, ControlSettings settings) {
    this.reply = reply;
    this.settings = settings;
  }

  /** The server answered a map request with something else than 200. */
  static final class StatusException extends IOException {
    private static final long serialVersionUID = 1;
    private final int status;

    StatusException(int status, String text) {
      super(
          "the server answers the map request with "
              + status
              + (text.isEmpty() ? "" : ": " + text));
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * Opens a stream.
   *
   * @throws StatusException if the server says no
   */
  static MapStream open(ControlRequests requests, MapRequest request, ControlSettings settings)
      throws IOException, InterruptedException {
    ReplyStream reply = requests.map(request, System.nanoTime() + settings.watchdog().toNanos());
    if (reply.status() != 200) {
      try (reply) {
        String text =
            new String(reply.readNBytes(200), java.nio.charset.StandardCharsets.UTF_8).strip();
        throw new StatusException(reply.status(), text);
      }
    }
    return new MapStream(reply, settings);
  }

  /**
   * Waits for the next message and takes it in.
   *
   * @return what it asks for; empty at the orderly end of the stream
   * @throws IOException if the stream breaks, says nothing for the watchdog's time, or breaks the
   *     rules
   */
  Optional<List<MapEvent>> next() throws IOException, InterruptedException {
    reply.deadline(System.nanoTime() + settings.watchdog().toNanos());
    Optional<byte[]> frame;
    try {
      frame = MapFrames.read(reply, settings.maxFrameBytes());
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "the server said nothing for " + settings.watchdog().toSeconds() + " s", e);
    }
    if (frame.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] json = MapFrames.decompress(frame.get(), settings.maxMessageBytes());
      return Optional.of(
          session.onMessage(WireJson.decode(json, MapResponse.class), Instant.now()));
    } catch (WireException | MapProtocolException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    reply.close();
  }
}
