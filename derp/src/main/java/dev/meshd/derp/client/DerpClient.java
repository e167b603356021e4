package dev.meshd.derp.client;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.codec.DerpLimits;
import dev.meshd.derp.codec.ReconnectBackoff;
import dev.meshd.derp.codec.ServerInfo;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A node's presence at one relay region. It connects at once, reconnects with {@linkplain
 * ReconnectBackoff back-off} for as long as it is open, and tells a {@link DerpListener} what
 * happens.
 *
 * <p>{@link #send} never blocks and may be called from any thread, a data-path thread included.
 * Packets wait in a {@link SendRing} while the connection is being made, so the first packet to a
 * peer leaves with the login; a full ring drops the oldest.
 *
 * <p>Thread-safe. Everything but the ring, the volatile facts and {@code drainPending} belongs to
 * one event loop, which also makes all calls to the listener.
 */
// Netty's futures of closes and timers are ignored: a close cannot fail in a way that matters, a
// timer is void by itself.
@SuppressWarnings("FutureReturnValueIgnored")
public final class DerpClient implements AutoCloseable {

  private static final long PING_TIMEOUT_S = 5;
  private static final int MAX_PINGS = 16;

  private final DerpClientConfig config;
  private final DerpRegion region;
  private final NodePrivateKey privateKey;
  private final DerpListener listener;
  private final EventLoop loop;
  private final SendRing ring = new SendRing();
  private final AtomicBoolean drainPending = new AtomicBoolean();
  private final Runnable drainTask = this::drain;

  // Facts for other threads, written on the loop.
  private volatile boolean connected;
  private volatile long lastHeardNs;
  private volatile boolean heard;
  private volatile boolean preferred;

  // Owned by the loop.
  private final ReconnectBackoff backoff;
  private final Map<Long, CompletableFuture<Duration>> pings = new HashMap<>();
  private @Nullable DerpConnection connection;
  private @Nullable Future<RelayDialer.Dialed> dial;
  private boolean fastStartFailed;
  private int attempt;
  private boolean closed;

  private DerpClient(
      DerpClientConfig config,
      DerpRegion region,
      NodePrivateKey privateKey,
      DerpListener listener) {
    this.config = config;
    this.region = region;
    this.privateKey = privateKey;
    this.listener = listener;
    this.loop = config.eventLoops().next();
    this.backoff = new ReconnectBackoff(config.jitter());
  }

  /** Opens a client, which starts to connect. The private key is borrowed until {@link #close}. */
  public static DerpClient open(
      DerpClientConfig config,
      DerpRegion region,
      NodePrivateKey privateKey,
      DerpListener listener) {
    var client = new DerpClient(config, region, privateKey, listener);
    client.loop.execute(client::connect);
    return client;
  }

  public DerpRegion region() {
    return region;
  }

  /** Whether the relay has admitted us on a connection that is open. */
  public boolean isConnected() {
    return connected;
  }

  /** Whether anything was heard from the relay since {@code sinceNs} on the configured clock. */
  public boolean heardSince(long sinceNs) {
    return heard && lastHeardNs - sinceNs >= 0;
  }

  /**
   * Queues a packet for {@code destination}, copying it. Never blocks.
   *
   * @throws IllegalArgumentException if the packet is longer than {@link DerpLimits#MAX_PACKET}
   */
  public void send(NodeKey destination, MemorySegment packet, long offset, int length) {
    if (length < 0 || length > DerpLimits.MAX_PACKET) {
      throw new IllegalArgumentException("a relayed packet is 0 to 65536 bytes, not " + length);
    }
    ring.offer(destination, packet, offset, length, config.nanoClock().getAsLong());
    if (drainPending.compareAndSet(false, true)) {
      onLoop(drainTask);
    }
  }

  /** Queues a packet for {@code destination}, copying it. Never blocks. */
  public void send(NodeKey destination, byte[] packet) {
    send(destination, MemorySegment.ofArray(packet), 0, packet.length);
  }

  /** Tells the relay, now and after each reconnect, whether this region is our home. */
  public void notePreferred(boolean home) {
    onLoop(
        () -> {
          if (preferred != home) {
            preferred = home;
            if (connection != null) {
              connection.notePreferred(home);
            }
          }
        });
  }

  /**
   * Measures the round trip to the relay.
   *
   * @return completes exceptionally with {@link IOException} if there is no connection or it ends,
   *     and with {@link TimeoutException} after five seconds
   */
  public CompletableFuture<Duration> ping() {
    var result = new CompletableFuture<Duration>();
    onLoop(() -> startPing(result));
    return result.orTimeout(PING_TIMEOUT_S, TimeUnit.SECONDS);
  }

  /**
   * Drops the present connection, if any, and connects afresh at once: the network has changed
   * under it.
   */
  public void reconnect() {
    onLoop(
        () -> {
          if (closed) {
            return;
          }
          backoff.onSuccess();
          if (connection != null) {
            connection.close("the network changed");
          } else {
            connect();
          }
        });
  }

  /** Packets that a full queue or a long outage cost. */
  public long droppedPackets() {
    return ring.droppedOldest() + ring.droppedStale();
  }

  /** Ends the connection and all attempts. Idempotent; the listener hears nothing more. */
  @Override
  public void close() {
    onLoop(
        () -> {
          closed = true;
          if (dial != null) {
            dial.cancel(false);
          }
          if (connection != null) {
            connection.close("closed");
          }
        });
  }

  DerpListener listener() {
    return listener;
  }

  void onHeard() {
    lastHeardNs = config.nanoClock().getAsLong();
    heard = true;
  }

  void onLoginSent(DerpConnection from) {
    if (preferred) {
      from.notePreferred(true);
    }
  }

  void onAdmitted(ServerInfo info) {
    connected = true;
    backoff.onSuccess();
    listener.onConnected(info);
  }

  void onPong(long opaque) {
    CompletableFuture<Duration> waiting = pings.remove(opaque);
    if (waiting != null) {
      waiting.complete(Duration.ofNanos(config.nanoClock().getAsLong() - opaque));
    }
  }

  void onConnectionClosed(DerpConnection ended, String cause) {
    if (connection != ended) {
      return;
    }
    connection = null;
    connected = false;
    fastStartFailed = ended.fastStartFailed();
    pings.values().forEach(ping -> ping.completeExceptionally(new IOException(cause)));
    pings.clear();
    onFailure(cause);
  }

  /** Only the newest attempt may dial; a retry that comes too late is void. */
  private void connect() {
    if (closed || connection != null) {
      return;
    }
    if (dial != null) {
      dial.cancel(false);
    }
    int current = ++attempt;
    Future<RelayDialer.Dialed> started = RelayDialer.dial(config, loop, region);
    dial = started;
    started.addListener(ignored -> onDialed(current, started));
  }

  private void onDialed(int number, Future<RelayDialer.Dialed> done) {
    if (closed || number != attempt) {
      if (done.isSuccess()) {
        done.getNow().channel().close();
      }
      return;
    }
    dial = null;
    if (done.isSuccess()) {
      String ideal = region.relays().getFirst().name();
      var opened = new DerpConnection(config, done.getNow(), ideal, privateKey, ring, this);
      connection = opened;
      opened.start(!fastStartFailed);
    } else {
      Throwable cause = done.cause();
      onFailure(cause == null ? "cancelled" : String.valueOf(cause.getMessage()));
    }
  }

  private void onFailure(String cause) {
    if (closed) {
      return;
    }
    listener.onDisconnected(cause);
    int failed = attempt;
    loop.schedule(
        () -> {
          if (attempt == failed) {
            connect();
          }
        },
        backoff.onFailureNs(),
        TimeUnit.NANOSECONDS);
  }

  private void startPing(CompletableFuture<Duration> result) {
    if (connection == null || !connection.isAdmitted()) {
      result.completeExceptionally(new IOException("not connected to the relay"));
    } else if (pings.size() >= MAX_PINGS) {
      result.completeExceptionally(new IOException("too many relay pings at once"));
    } else {
      // The send time is as good an opaque value as any, and saves remembering it.
      long opaque = config.nanoClock().getAsLong();
      while (pings.containsKey(opaque)) {
        opaque++;
      }
      long chosen = opaque;
      pings.put(chosen, result);
      result.whenComplete((rtt, failure) -> onLoop(() -> pings.remove(chosen)));
      connection.ping(chosen);
    }
  }

  /** Once the network threads are gone there is nothing left to do, and callers need not care. */
  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException shutDown) {
      connected = false;
    }
  }

  private void drain() {
    drainPending.set(false);
    if (connection != null) {
      connection.drain();
    }
  }
}
