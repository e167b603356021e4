package dev.meshd.control.client;

import dev.meshd.control.model.MapRequest;
import dev.meshd.control.session.MapEvent;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.JitterSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one map stream open while registered, and reconnects for ever. When the server says twice
 * in a row that it does not know the node, it asks for a new registration. Owned by its thread.
 */
final class MapRoutine implements Routine.Body {
  private static final Logger LOG = LoggerFactory.getLogger(MapRoutine.class);
  private static final int UNKNOWN_NODE_TRIES = 2;
  private static final int NOT_FOUND = 404;

  private final ClientState state;
  private final ControlSettings settings;
  private final ControlRequests requests;
  private final ServerLink link;
  private final PingResponder pings;
  private final EventSink events;
  private final Backoff backoff;
  private int unknown;

  MapRoutine(
      ClientState state,
      ControlSettings settings,
      ControlRequests requests,
      ServerLink link,
      PingResponder pings,
      EventSink events,
      JitterSource jitter) {
    this.state = state;
    this.settings = settings;
    this.requests = requests;
    this.link = link;
    this.pings = pings;
    this.events = events;
    this.backoff = new Backoff(jitter);
  }

  /** One stream, from being registered to its end and the pause after it. */
  @Override
  public void run() throws InterruptedException {
    ClientState.Report report = state.awaitRegistered();
    MapRequest request = requests.mapRequest(report.keys(), report.facts()).stream(true).build();
    Duration cap = Backoff.UNREACHABLE_CAP;
    try {
      readStream(request);
      unknown = 0;
    } catch (MapStream.StatusException e) {
      reportUnreachable(e);
      cap = Backoff.REFUSED_CAP;
      unknown = e.status() == NOT_FOUND ? unknown + 1 : 0;
    } catch (IOException e) {
      reportUnreachable(e);
      unknown = 0;
    }
    if (unknown >= UNKNOWN_NODE_TRIES && state.wantRegistrationAgain()) {
      LOG.info("the server does not know this node any more; registering again");
      unknown = 0;
    } else {
      state.pause(backoff.next(cap));
    }
  }

  /** Returns when an open stream has ended, however it ended; throws when none could be opened. */
  private void readStream(MapRequest request) throws IOException, InterruptedException {
    String end = "the server ended the map stream";
    try (MapStream stream = MapStream.open(requests, request, settings)) {
      String via = link.via();
      state.setStatus(status -> status.withStream(true, via));
      events.emit(new ControlEvent.MapStreamOpened(via));
      try {
        readMessages(stream);
      } catch (IOException e) {
        end = text(e);
      } finally {
        state.setStatus(status -> status.withStream(false, ""));
      }
    }
    state.noteProblem(end);
    events.emit(new ControlEvent.MapStreamLost(end));
  }

  private void readMessages(MapStream stream) throws IOException, InterruptedException {
    boolean expired = false;
    for (var asked = stream.next(); asked.isPresent(); asked = stream.next()) {
      Instant now = Instant.now();
      state.setStatus(status -> status.withMessageAt(now));
      for (MapEvent event : asked.get()) {
        expired = act(event, now, expired);
        backoff.reset();
      }
    }
  }

  /** Does what a message asks for; returns whether our key is known to have expired. */
  private boolean act(MapEvent event, Instant now, boolean expired) throws InterruptedException {
    switch (event) {
      case MapEvent.PingAsked ping -> pings.answer(ping.request());
      case MapEvent.BrowserAsked browser ->
          events.emit(new ControlEvent.BrowserAsked(browser.url()));
      case MapEvent.VersionKnown version ->
          events.emit(new ControlEvent.VersionKnown(version.version()));
      case MapEvent.DialPlanKnown plan ->
          LOG.debug("ignoring a dial plan of {} ways", plan.plan().candidates().size());
      case MapEvent.Pause pause -> Thread.sleep(pause.time());
      case MapEvent.NetmapChanged netmap -> {
        events.emit(new ControlEvent.NetmapChanged(netmap.netmap(), netmap.change()));
        return reportExpiry(netmap.netmap(), now, expired);
      }
    }
    return expired;
  }

  /** Tells of an expiry once, until the key is good again. */
  private boolean reportExpiry(Netmap netmap, Instant now, boolean reported) {
    boolean expired = netmap.selfExpired(now);
    if (expired && !reported) {
      events.emit(new ControlEvent.KeyExpired());
    }
    return expired;
  }

  private void reportUnreachable(IOException e) {
    String reason = text(e);
    if (state.noteProblem(reason)) {
      events.emit(new ControlEvent.Unreachable(reason));
    }
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
