package dev.meshd.control.client;

import dev.meshd.crypto.JitterSource;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a lite update for the newest {@link HostFacts} whenever they differ from what was sent
 * last, until the server answers 200. The map stream is not disturbed. Owned by its thread.
 */
final class UpdateRoutine implements Routine.Body {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateRoutine.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int OK = 200;

  private final ClientState state;
  private final ControlRequests requests;
  private final Backoff backoff;

  UpdateRoutine(ClientState state, ControlRequests requests, JitterSource jitter) {
    this.state = state;
    this.requests = requests;
    this.backoff = new Backoff(jitter);
  }

  /** One try for the newest facts. */
  @Override
  public void run() throws InterruptedException {
    ClientState.Report report = state.awaitUnsent();
    try {
      var request = requests.mapRequest(report.keys(), report.facts()).omitPeers(true).build();
      ControlRequests.Reply reply = requests.update(request, TIMEOUT);
      if (reply.status() == OK) {
        state.markSent(report);
        backoff.reset();
        return;
      }
      LOG.debug("the server answers the update with {}", reply.status());
    } catch (IOException e) {
      LOG.debug("update not sent: {}", e.getMessage());
    }
    state.pause(backoff.next(Backoff.REFUSED_CAP));
  }
}
