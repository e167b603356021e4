package dev.meshd.coordinator.web;

import java.util.concurrent.atomic.LongAdder;

/** What the control port refuses. Thread-safe; sums may be a moment old. */
public final class WebStats {
  final LongAdder badRequests = new LongAdder();
  final LongAdder unreadAnswers = new LongAdder();
  final LongAdder overload = new LongAdder();
  final LongAdder tooOften = new LongAdder();
  final LongAdder wrongMachine = new LongAdder();
  final LongAdder unknownNode = new LongAdder();
  final LongAdder hostinfoTooLarge = new LongAdder();
  final LongAdder endpointsDropped = new LongAdder();
  final LongAdder discoKeysRefused = new LongAdder();
  final LongAdder loginsNotLogged = new LongAdder();

  /** Requests that were malformed, in HTTP or in JSON. */
  public long badRequests() {
    return badRequests.sum();
  }

  /** Connections closed because they asked on without taking or awaiting answers. */
  public long unreadAnswers() {
    return unreadAnswers.sum();
  }

  /** Requests refused because too many were waiting. */
  public long overload() {
    return overload.sum();
  }

  /** Requests refused because their node asks too often. */
  public long tooOften() {
    return tooOften.sum();
  }

  /** Map requests for a node of another machine. */
  public long wrongMachine() {
    return wrongMachine.sum();
  }

  /** Map requests for a node key that nobody has. */
  public long unknownNode() {
    return unknownNode.sum();
  }

  /** Requests whose host facts are larger than any host needs. */
  public long hostinfoTooLarge() {
    return hostinfoTooLarge.sum();
  }

  /** Endpoints left out because no peer could or should send there. */
  public long endpointsDropped() {
    return endpointsDropped.sum();
  }

  /** Logins refused or waiting that left no line in the log, because there were so many. */
  public long loginsNotLogged() {
    return loginsNotLogged.sum();
  }

  /** Disco keys not taken over because a node of another machine has them. */
  public long discoKeysRefused() {
    return discoKeysRefused.sum();
  }
}
