package dev.meshd.magicsock.endpoint;

import dev.meshd.crypto.JitterSource;
import dev.meshd.magicsock.Deadline;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When to measure own endpoints again: at once for a reason, and every 20 to 26 seconds while
 * traffic flows, which is often enough to keep a NAT mapping of 30 seconds open. One measurement
 * runs at a time; reasons that come up meanwhile lead to a single further one. When no server
 * answers at all, the next tries follow sooner (4, 8, 16 s), so that a network that comes back is
 * noticed.
 *
 * <p>Owned by the engine loop. Source: tailscale: wgengine/magicsock/magicsock.go.
 */
public final class RestunSchedule {

  private static final long PERIOD_MIN_NS = 20_000_000_000L;
  private static final long PERIOD_SPREAD_NS = 6_000_000_000L;

  /** After the first measurement that nobody answered twice this, then twice as long each time. */
  private static final long SILENCE_RETRY_NS = 2_000_000_000L;

  private static final int MAX_SILENCES = 10;

  private final JitterSource jitter;
  private @Nullable RestunReason wanted;
  private boolean running;
  private long periodicNs = Deadline.NONE;
  private int silences;

  public RestunSchedule(JitterSource jitter) {
    this.jitter = jitter;
  }

  /** Something happened that calls for a measurement. The last reason wins. */
  public void request(RestunReason reason) {
    wanted = reason;
  }

  /**
   * Whether to start measuring now. A present answer means it has been noted as started.
   *
   * @param periodicWanted whether there is recent traffic to keep the endpoints fresh for
   */
  public Optional<RestunReason> start(boolean periodicWanted, long nowNs) {
    if (running) {
      return Optional.empty();
    }
    if (wanted == null && Deadline.reached(periodicNs, nowNs)) {
      periodicNs = Deadline.NONE;
      if (periodicWanted) {
        wanted = RestunReason.PERIODIC;
      }
    }
    if (wanted == null) {
      return Optional.empty();
    }
    RestunReason reason = wanted;
    wanted = null;
    running = true;
    periodicNs = Deadline.NONE;
    return Optional.of(reason);
  }

  /**
   * The measurement ended.
   *
   * @param answered whether any server answered; if not, the network may be about to come back
   */
  public void onDone(boolean answered, long nowNs) {
    running = false;
    silences = answered ? 0 : Math.min(silences + 1, MAX_SILENCES);
    long retryNs = SILENCE_RETRY_NS << silences;
    periodicNs = nowNs + (silences > 0 && retryNs < PERIOD_MIN_NS ? retryNs : periodNs());
  }

  private long periodNs() {
    return PERIOD_MIN_NS + jitter.below(PERIOD_SPREAD_NS);
  }

  /** Traffic began after a quiet time: have a period running again. */
  public void onTraffic(long nowNs) {
    if (!running && wanted == null && periodicNs == Deadline.NONE) {
      periodicNs = nowNs + periodNs();
    }
  }

  /** When {@link #start} is to be asked next for the sake of time alone. */
  public long nextDeadlineNs() {
    return running ? Deadline.NONE : periodicNs;
  }
}
