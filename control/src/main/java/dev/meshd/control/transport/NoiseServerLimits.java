package dev.meshd.control.transport;

import java.time.Duration;

/**
 * What a client of the server's side may ask of it.
 *
 * @param streams requests under way at once on a connection whose client is {@linkplain
 *     ControlExchange#recognise known}
 * @param strangerStreams the same while it is not known
 * @param bodyBytes largest request body
 * @param sharedBodyBytes what bodies beyond their first {@link #FREE_BODY_BYTES} may occupy
 *     together while they are being received, over all connections
 * @param requestTime from the first byte of a request to its last
 * @param answerTime how long the client may take nothing of an answer
 */
public record NoiseServerLimits(
    int streams,
    int strangerStreams,
    int bodyBytes,
    long sharedBodyBytes,
    Duration requestTime,
    Duration answerTime) {
  /** Enough for the requests of any real client, so that one who floods cannot keep them out. */
  public static final int FREE_BODY_BYTES = 8 * 1024;

  private static final int DEFAULT_STREAMS = 64;
  private static final int DEFAULT_STRANGER_STREAMS = 8;
  private static final int DEFAULT_BODY_BYTES = 256 * 1024;
  private static final long DEFAULT_SHARED_BODY_BYTES = 8L << 20;
  private static final Duration DEFAULT_REQUEST_TIME = Duration.ofSeconds(15);
  private static final Duration DEFAULT_ANSWER_TIME = Duration.ofSeconds(30);

  /** What a server uses unless told otherwise. */
  public static NoiseServerLimits standard() {
    return new NoiseServerLimits(
        DEFAULT_STREAMS,
        DEFAULT_STRANGER_STREAMS,
        DEFAULT_BODY_BYTES,
        DEFAULT_SHARED_BODY_BYTES,
        DEFAULT_REQUEST_TIME,
        DEFAULT_ANSWER_TIME);
  }
}
