package dev.meshd.control.client;

import dev.meshd.control.client.ClientState.Goal;
import dev.meshd.control.client.Registrar.Keys;
import dev.meshd.crypto.JitterSource;
import java.io.IOException;
import java.util.Optional;

/**
 * Registers when a login is wanted: follows up while a human is asked, goes on trying while the
 * server cannot be reached, and gives up when the server says no to something that will not become
 * right by itself. Owned by its thread.
 */
final class LoginRoutine implements Routine.Body {
  private final ClientState state;
  private final Registrar registrar;
  private final ServerLink link;
  private final EventSink events;
  private final Runnable onRotated;
  private final JitterSource jitter;

  /**
   * @param onRotated called when the node was registered before and is so under other keys from now
   *     on
   */
  LoginRoutine(
      ClientState state,
      Registrar registrar,
      ServerLink link,
      EventSink events,
      Runnable onRotated,
      JitterSource jitter) {
    this.state = state;
    this.registrar = registrar;
    this.link = link;
    this.events = events;
    this.onRotated = onRotated;
    this.jitter = jitter;
  }

  /** One login, from the wish to its end. */
  @Override
  public void run() throws InterruptedException {
    Goal goal = state.awaitGoal();
    Backoff backoff = new Backoff(jitter);
    Optional<Keys> chosen = Optional.empty();
    String url = "";
    while (state.isStillGoal(goal)) {
      RegisterResult result;
      try {
        Keys keys = chosen.isPresent() ? chosen.get() : keysFor(goal);
        chosen = Optional.of(keys);
        result =
            url.isEmpty()
                ? registrar.register(keys, goal.authKey(), state.facts().hostinfo())
                : registrar.followUp(keys, url, state.facts().hostinfo());
      } catch (IOException e) {
        result = Registrar.notKept(e);
      }
      switch (result) {
        case RegisterResult.Registered done -> {
          commit(goal, done);
          return;
        }
        case RegisterResult.NeedsLogin needed -> {
          chosen = Optional.of(new Keys(needed.key(), needed.oldKey()));
          if (needed.url().equals(url)) {
            waitOn(backoff);
          } else {
            url = needed.url();
            backoff.reset();
            ask(url);
          }
        }
        case RegisterResult.Rejected rejected -> {
          boolean terminal = !goal.authKey().isEmpty() || goal.newKey();
          state.noteProblem(rejected.reason());
          events.emit(new ControlEvent.Rejected(rejected.reason(), terminal));
          if (terminal) {
            state.giveUp(goal);
            return;
          }
          state.pause(backoff.next(Backoff.REFUSED_CAP));
        }
        case RegisterResult.Unreachable unreachable -> {
          if (state.noteProblem(unreachable.reason())) {
            events.emit(new ControlEvent.Unreachable(unreachable.reason()));
          }
          state.pause(
              unreachable.retryAfter().orElseGet(() -> backoff.next(Backoff.UNREACHABLE_CAP)));
        }
      }
    }
  }

  private Keys keysFor(Goal goal) throws IOException {
    Optional<Keys> held = state.keys();
    return held.isPresent() && !goal.newKey()
        ? held.get()
        : registrar.fresh(held.map(Keys::current));
  }

  private void ask(String url) {
    state.setStatus(status -> status.withLoginUrl(url));
    events.emit(new ControlEvent.LoginNeeded(url));
  }

  /**
   * Before following up on the same URL again. If nothing proves that the connection is alive, the
   * next try makes a new one.
   */
  private void waitOn(Backoff backoff) throws InterruptedException {
    if (!state.status().streaming()) {
      link.disconnect();
    }
    state.pause(backoff.next(Backoff.REFUSED_CAP));
  }

  /** The listener keeps the key before the map stream can use it. */
  private void commit(Goal goal, RegisterResult.Registered done) {
    if (!state.isStillGoal(goal)) {
      return;
    }
    events.emit(new ControlEvent.NodeKeyCommitted(done.key(), done.oldKey()));
    registrar.settle();
    events.emit(new ControlEvent.Registered(done.user(), done.login(), done.machineAuthorized()));
    boolean rotated = state.status().registered();
    if (state.reach(goal, new Keys(done.key(), done.oldKey())) && rotated) {
      onRotated.run();
    }
  }
}
