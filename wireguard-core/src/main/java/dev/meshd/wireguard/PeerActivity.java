package dev.meshd.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.OptionalLong;

/**
 * What has passed between us and a peer, written by the data path, read by the timers.
 *
 * <p>The timer rules speak of arming a timer when data is sent and cancelling it when something is
 * received. Done literally, two busy directions would wake the engine loop for every batch. Here
 * the data path only keeps two facts: since when data has gone <i>unanswered</i> (nothing
 * authenticated came back) and since when received data has gone <i>unacknowledged</i> (nothing
 * authenticated went out). The engine looks at them when the time they would have led to comes, and
 * moves its deadline if they have changed meanwhile. Only a fact that begins while the engine is
 * not <i>watching</i> for it is signalled; that is at most once per timer period.
 *
 * <p>Both facts are single volatile variables with several writers, each of which writes what is
 * true from where it stands; the watched flags are read after the fact is written and written
 * before it is read again, so one side always sees the other. Time stamps are written opaquely:
 * they need be neither ordered nor immediate.
 *
 * <p>Thread-safe as described. No method allocates.
 */
@SuppressWarnings("UnusedVariable") // fields that are read and written through their handles
public final class PeerActivity {
  /** No such time. */
  static final long NEVER = Long.MIN_VALUE;

  private static final VarHandle LAST_SENT = handle("lastSentNs", long.class);
  private static final VarHandle LAST_RECEIVED = handle("lastReceivedNs", long.class);
  private static final VarHandle LAST_DATA_SENT = handle("lastDataSentNs", long.class);
  private static final VarHandle LAST_DATA_RECEIVED = handle("lastDataReceivedNs", long.class);
  private static final VarHandle SIGNALS = handle("signals", int.class);

  private final WireGuardPeer peer;
  private final SignalQueue queue;

  private long lastSentNs = NEVER;
  private long lastReceivedNs = NEVER;
  private long lastDataSentNs = NEVER;
  private long lastDataReceivedNs = NEVER;

  private volatile long unansweredSinceNs = NEVER;
  private volatile long unacknowledgedSinceNs = NEVER;
  private volatile boolean moreDataReceived;
  private volatile boolean watchingUnanswered;
  private volatile boolean watchingUnacknowledged;
  private volatile boolean handshakeUnderWay;

  private volatile int signals;

  PeerActivity(WireGuardPeer peer, SignalQueue queue) {
    this.peer = peer;
    this.queue = queue;
  }

  // What the data path reports. Handshake messages are reported by the engine as packets without
  // data.

  /** An authenticated packet is being sent. */
  public void sent(boolean withData, long nowNs) {
    LAST_SENT.setOpaque(this, nowNs);
    if (unacknowledgedSinceNs != NEVER) {
      unacknowledgedSinceNs = NEVER;
    }
    if (withData) {
      LAST_DATA_SENT.setOpaque(this, nowNs);
      if (unansweredSinceNs == NEVER) {
        unansweredSinceNs = nowNs;
        if (!watchingUnanswered) {
          signal(PeerSignal.DATA_UNANSWERED);
        }
      }
    }
  }

  /** An authenticated packet has been received. */
  public void received(boolean withData, long nowNs) {
    LAST_RECEIVED.setOpaque(this, nowNs);
    if (unansweredSinceNs != NEVER) {
      unansweredSinceNs = NEVER;
    }
    if (withData) {
      LAST_DATA_RECEIVED.setOpaque(this, nowNs);
      if (unacknowledgedSinceNs == NEVER) {
        oweAcknowledgement(nowNs);
      } else if (!moreDataReceived) {
        moreDataReceived = true;
      }
    }
  }

  /**
   * A keepalive is owed once more, from now on, because data kept coming while the last one was
   * pending.
   */
  public void oweAcknowledgement(long nowNs) {
    unacknowledgedSinceNs = nowNs;
    if (!watchingUnacknowledged) {
      signal(PeerSignal.DATA_UNACKNOWLEDGED);
    }
  }

  /**
   * There is something to send and no session for it, or one that is due for renewal. May be said
   * for every such packet: while a handshake is under way the engine is not told again. Sealing
   * thread.
   */
  public void wantHandshake() {
    if (!handshakeUnderWay) {
      signal(PeerSignal.NEED_HANDSHAKE);
    }
  }

  /** Tells the engine loop, once until it has looked. */
  public void signal(PeerSignal signal) {
    int before = (int) SIGNALS.getAndBitwiseOr(this, signal.bit());
    if (before == 0) {
      queue.add(peer);
    }
  }

  // What anybody may ask.

  /** When an authenticated packet last went out. */
  public OptionalLong lastSentNs() {
    return time((long) LAST_SENT.getOpaque(this));
  }

  /** When an authenticated packet last came in. */
  public OptionalLong lastReceivedNs() {
    return time((long) LAST_RECEIVED.getOpaque(this));
  }

  /** When a packet other than a keepalive or handshake last went out. */
  public OptionalLong lastDataSentNs() {
    return time((long) LAST_DATA_SENT.getOpaque(this));
  }

  /** When a packet other than a keepalive or handshake last came in. */
  public OptionalLong lastDataReceivedNs() {
    return time((long) LAST_DATA_RECEIVED.getOpaque(this));
  }

  // What the timers ask and set, on the engine loop.

  /** The engine will come back to the handshake by itself, until it says otherwise. */
  void noteHandshakeUnderWay(boolean underWay) {
    handshakeUnderWay = underWay;
  }

  OptionalLong unansweredSinceNs() {
    return time(unansweredSinceNs);
  }

  void forgetUnanswered() {
    unansweredSinceNs = NEVER;
  }

  void watchUnanswered(boolean watching) {
    watchingUnanswered = watching;
  }

  OptionalLong unacknowledgedSinceNs() {
    return time(unacknowledgedSinceNs);
  }

  void forgetUnacknowledged() {
    unacknowledgedSinceNs = NEVER;
  }

  void watchUnacknowledged(boolean watching) {
    watchingUnacknowledged = watching;
  }

  /** Whether data came in while an acknowledgement was already owed, since this was last asked. */
  boolean takeMoreDataReceived() {
    boolean more = moreDataReceived;
    moreDataReceived = false;
    return more;
  }

  /** When an authenticated packet last passed in either direction. */
  OptionalLong lastTraversalNs() {
    OptionalLong sent = lastSentNs();
    OptionalLong received = lastReceivedNs();
    if (sent.isEmpty() || received.isEmpty()) {
      return sent.isPresent() ? sent : received;
    }
    return sent.getAsLong() - received.getAsLong() > 0 ? sent : received;
  }

  int takeSignals() {
    return (int) SIGNALS.getAndSet(this, 0);
  }

  private static OptionalLong time(long ns) {
    return ns == NEVER ? OptionalLong.empty() : OptionalLong.of(ns);
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(PeerActivity.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
