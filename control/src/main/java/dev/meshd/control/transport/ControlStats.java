package dev.meshd.control.transport;

import java.util.concurrent.atomic.LongAdder;

/** What the server's side of control connections counts. Thread-safe; sums may be a moment old. */
public final class ControlStats {
  final LongAdder upgrades = new LongAdder();
  final LongAdder upgradesRefused = new LongAdder();
  final LongAdder handshakesFailed = new LongAdder();
  final LongAdder connectionsBroken = new LongAdder();
  final LongAdder requests = new LongAdder();
  final LongAdder requestsLate = new LongAdder();
  final LongAdder bodiesRefused = new LongAdder();
  final LongAdder streamsRefused = new LongAdder();
  final LongAdder answersNotTaken = new LongAdder();

  /** Connections that became a Noise channel. */
  public long upgrades() {
    return upgrades.sum();
  }

  /** Requests for an upgrade that were none. */
  public long upgradesRefused() {
    return upgradesRefused.sum();
  }

  /** Noise handshakes that were malformed or meant another server. */
  public long handshakesFailed() {
    return handshakesFailed.sum();
  }

  /** Channels closed for what came through them: bad records, HTTP/2 errors and floods. */
  public long connectionsBroken() {
    return connectionsBroken.sum();
  }

  /** Complete requests. */
  public long requests() {
    return requests.sum();
  }

  /** Requests given up because they did not become complete in time. */
  public long requestsLate() {
    return requestsLate.sum();
  }

  /** Requests given up because their body was too large, or too much was being received. */
  public long bodiesRefused() {
    return bodiesRefused.sum();
  }

  /** Streams refused because the connection's client is not known and has enough of them. */
  public long streamsRefused() {
    return streamsRefused.sum();
  }

  /** Connections closed because they did not take an answer or a map message in time. */
  public long answersNotTaken() {
    return answersNotTaken.sum();
  }
}
