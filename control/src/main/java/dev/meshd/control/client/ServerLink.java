package dev.meshd.control.client;

import dev.meshd.control.transport.ControlConnectionException;
import dev.meshd.control.transport.ControlConnectionException.Kind;
import dev.meshd.control.transport.NoiseConnection;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to a server, made when it is needed and shared by all requests.
 *
 * <p>Trust on first use: the key of the first contact is pinned, and every later channel must have
 * it. When a handshake fails the server is asked for its key again, only to tell the user whether
 * it has changed; a changed key is never accepted.
 *
 * <p>Thread-safe: one caller dials, the others wait for it.
 */
final class ServerLink implements AutoCloseable {
  private static final long RECENT_NS = 120_000_000_000L;

  private final ServerUrl url;
  private final int version;
  private final MachinePrivateKey machineKey;
  private final NoiseDialer dialer;
  private final ServerKeyFetch keys;
  private final Consumer<MachineKey> onPinned;
  private final ReentrantLock dialling = new ReentrantLock();

  // Guarded by dialling.
  private Optional<MachineKey> pinned;
  private boolean dialled;
  private long lastDialNs;

  /** Read without the lock to close it from elsewhere. */
  private volatile @Nullable NoiseConnection connection;

  private volatile boolean closed;

  ServerLink(
      ControlSettings settings,
      ControlIdentity identity,
      NoiseDialer dialer,
      ServerKeyFetch keys,
      Consumer<MachineKey> onPinned) {
    this.url = settings.url();
    this.version = settings.version();
    this.machineKey = identity.machineKey();
    this.pinned = identity.serverKey();
    this.dialer = dialer;
    this.keys = keys;
    this.onPinned = onPinned;
  }

  /** The open connection; dials when there is none. Blocks for at most some twenty seconds. */
  NoiseConnection connect() throws IOException, InterruptedException {
    dialling.lockInterruptibly();
    try {
      NoiseConnection current = connection;
      if (current != null && current.isOpen()) {
        return current;
      }
      if (closed) {
        throw new ControlConnectionException(Kind.LOST, "the control client is closed");
      }
      if (pinned.isEmpty()) {
        MachineKey first = keys.fetch(url, version);
        pinned = Optional.of(first);
        onPinned.accept(first);
      }
      return dial(pinned.orElseThrow());
    } finally {
      dialling.unlock();
    }
  }

  private NoiseConnection dial(MachineKey serverKey) throws IOException, InterruptedException {
    boolean recently = dialled && System.nanoTime() - lastDialNs < RECENT_NS;
    dialled = true;
    lastDialNs = System.nanoTime();
    CompletableFuture<NoiseConnection> dial =
        dialer.dial(url, machineKey, serverKey, version, recently);
    try {
      NoiseConnection fresh = dial.get();
      connection = fresh;
      if (closed) {
        fresh.close();
      }
      return fresh;
    } catch (InterruptedException e) {
      dial.cancel(false);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ControlConnectionException failure) {
        throw failure.kind() == Kind.HANDSHAKE ? explain(failure, serverKey) : failure;
      }
      throw new ControlConnectionException(
          Kind.UNREACHABLE, "no connection to " + url + ": " + e.getCause(), e);
    }
  }

  private ControlConnectionException explain(ControlConnectionException failure, MachineKey known)
      throws InterruptedException {
    try {
      MachineKey offered = keys.fetch(url, version);
      if (!offered.equals(known)) {
        return new ControlConnectionException(
            Kind.HANDSHAKE,
            "the control server "
                + url
                + " has another key than at first contact ("
                + offered.shortText()
                + ", not "
                + known.shortText()
                + "): either it was installed anew, then log out and in again, or it is not the same server",
            failure);
      }
    } catch (ControlConnectionException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Drops the connection, so that the next request dials. */
  void disconnect() {
    NoiseConnection current = connection;
    if (current != null) {
      current.close();
    }
  }

  /** The way to the server, empty while there is no connection. */
  String via() {
    NoiseConnection current = connection;
    return current != null && current.isOpen() ? current.via() : "";
  }

  @Override
  public void close() {
    closed = true;
    disconnect();
  }
}
