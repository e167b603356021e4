package dev.meshd.coordinator.netmap;

/**
 * One map stream: how far it has been told what changed, and where its messages go. Owned by the
 * coordinator loop.
 */
public final class NodeSession {
  /** Has heard nothing yet, or too little to be helped by changes alone. */
  private static final long NOTHING = -1;

  private final long nodeId;
  private final MapSink sink;

  private long told = NOTHING;
  private boolean started;
  private long lastSentNs;

  NodeSession(long nodeId, MapSink sink, long nowNs) {
    this.nodeId = nodeId;
    this.sink = sink;
    this.lastSentNs = nowNs;
  }

  public long nodeId() {
    return nodeId;
  }

  /** Whether it must get a full map before it can follow changes. */
  boolean needsFull() {
    return told == NOTHING;
  }

  /** The position in the {@link ChangeLog} up to which it knows everything. */
  long told() {
    return told;
  }

  /** Nothing up to {@code position} is news to it. */
  void knows(long position) {
    told = position;
    started = true;
  }

  /** Whether it has got a full map before. */
  boolean isStarted() {
    return started;
  }

  /** Makes it wait for a full map. */
  void lost() {
    told = NOTHING;
  }

  boolean isReady() {
    return sink.isReady();
  }

  void send(MapMessage message, long nowNs) {
    lastSentNs = nowNs;
    sink.send(message);
  }

  /** How long ago the last message was handed over, or the stream was opened. */
  long quietNs(long nowNs) {
    return nowNs - lastSentNs;
  }

  void close() {
    sink.close();
  }

  void abort() {
    sink.abort();
  }
}
