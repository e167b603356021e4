package dev.meshd.control.client;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a client stands. Immutable.
 *
 * @param registered whether the server knows us
 * @param streaming whether a map stream is open
 * @param lastMessage when the server last said anything on a map stream
 * @param via how the server is reached, empty when it is not
 * @param loginUrl page to visit, empty when none is pending
 * @param problem what stands in the way, one sentence, empty when nothing does
 */
public record ControlStatus(
    boolean registered,
    boolean streaming,
    Optional<Instant> lastMessage,
    String via,
    String loginUrl,
    String problem) {
  static final ControlStatus INITIAL =
      new ControlStatus(false, false, Optional.empty(), "", "", "");

  ControlStatus withRegistered(boolean value) {
    return new ControlStatus(
        value, streaming, lastMessage, via, value ? "" : loginUrl, value ? "" : problem);
  }

  ControlStatus withStream(boolean open, String through) {
    return new ControlStatus(registered, open, lastMessage, through, loginUrl, open ? "" : problem);
  }

  ControlStatus withMessageAt(Instant time) {
    return new ControlStatus(registered, streaming, Optional.of(time), via, loginUrl, problem);
  }

  ControlStatus withLoginUrl(String url) {
    return new ControlStatus(registered, streaming, lastMessage, via, url, "");
  }

  ControlStatus withProblem(String sentence) {
    return new ControlStatus(registered, streaming, lastMessage, via, loginUrl, sentence);
  }
}
