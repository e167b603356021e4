package dev.meshd.derp.server;

import dev.meshd.derp.codec.SessionFailure;
import java.util.concurrent.atomic.LongAdder;

/** What a relay counts. Thread-safe; readers see sums that may be a moment old. */
public final class RelayStats {

  final LongAdder accepts = new LongAdder();
  final LongAdder connections = new LongAdder();
  final LongAdder homeConnections = new LongAdder();
  final LongAdder packetsReceived = new LongAdder();
  final LongAdder packetsSent = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder pings = new LongAdder();
  final LongAdder pongs = new LongAdder();
  final LongAdder peerGoneDisconnected = new LongAdder();
  final LongAdder peerGoneNotHere = new LongAdder();
  final LongAdder writeTimeouts = new LongAdder();
  final LongAdder refusedConnections = new LongAdder();
  final LongAdder receiveWaits = new LongAdder();
  final LongAdder unreadAnswers = new LongAdder();

  private final LabelledCounters<RelayDrop> droppedDisco = new LabelledCounters<>(RelayDrop.class);
  private final LabelledCounters<RelayDrop> droppedOther = new LabelledCounters<>(RelayDrop.class);
  private final LabelledCounters<SessionFailure> failures =
      new LabelledCounters<>(SessionFailure.class);

  RelayStats() {}

  /** Connections since the start. */
  public long accepts() {
    return accepts.sum();
  }

  /** Admitted connections that are open. */
  public long connections() {
    return connections.sum();
  }

  /** Open connections whose client calls this region its home. */
  public long homeConnections() {
    return homeConnections.sum();
  }

  public long packetsReceived() {
    return packetsReceived.sum();
  }

  public long packetsSent() {
    return packetsSent.sum();
  }

  /** Bytes of packets received, without keys and headers. */
  public long bytesReceived() {
    return bytesReceived.sum();
  }

  /** Bytes of packets sent, without keys and headers. */
  public long bytesSent() {
    return bytesSent.sum();
  }

  public long pings() {
    return pings.sum();
  }

  public long pongs() {
    return pongs.sum();
  }

  /** Notices that a peer disconnected. */
  public long peerGoneDisconnected() {
    return peerGoneDisconnected.sum();
  }

  /** Notices that a peer is not known here. */
  public long peerGoneNotHere() {
    return peerGoneNotHere.sum();
  }

  /** Connections closed because they took nothing for too long. */
  public long writeTimeouts() {
    return writeTimeouts.sum();
  }

  /** Connections closed at once because there were too many, or the gate did not want them. */
  public long refusedConnections() {
    return refusedConnections.sum();
  }

  /** Times a client was not read for a while because it sent faster than it may. */
  public long receiveWaits() {
    return receiveWaits.sum();
  }

  /** Connections closed because they asked over HTTP and did not take the answers. */
  public long unreadAnswers() {
    return unreadAnswers.sum();
  }

  /** Packets dropped for {@code reason}; {@code disco} is the metric label {@code kind}. */
  public long dropped(RelayDrop reason, boolean disco) {
    return (disco ? droppedDisco : droppedOther).sum(reason);
  }

  /** Connections that ended because of {@code failure}. */
  public long failures(SessionFailure failure) {
    return failures.sum(failure);
  }

  void countDrop(RelayDrop reason, boolean disco) {
    (disco ? droppedDisco : droppedOther).increment(reason);
  }

  void countFailure(SessionFailure failure) {
    failures.increment(failure);
  }
}
