package dev.meshd.agent.wg;

import dev.meshd.agent.datapath.DataPath;
import dev.meshd.agent.datapath.RelaySink;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.engine.datapath.PacketFilter;
import dev.meshd.linux.BootClock;
import dev.meshd.linux.Errno;
import dev.meshd.linux.LinuxException;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunWatch;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.WireGuardSettings;
import dev.meshd.wireguard.uapi.InterfaceSettings;
import dev.meshd.wireguard.uapi.UapiChanges;
import dev.meshd.wireguard.uapi.UapiFault;
import dev.meshd.wireguard.uapi.UapiRequest;
import dev.meshd.wireguard.uapi.UapiState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running WireGuard interface: TUN device, sockets, device, and their threads. At first it has no
 * key, no peers and no port; {@link #set} configures it.
 *
 * <p>It does something while it has a key and the interface is up, whoever switches that on or off
 * and in whatever network namespace: going up opens the sockets, going down closes them and forgets
 * every session. All methods may be called from any thread; what they change, they change on the
 * engine loop.
 */
public final class WgInterface implements UapiServer.Served, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WgInterface.class);
  private static final Duration UP_TIMEOUT = Duration.ofSeconds(10);
  private static final long JOIN_MS = TimeUnit.SECONDS.toMillis(5);

  private final String name;
  private final TunDevice tun;
  private final WireGuardDevice device;
  private final DataPath dataPath;
  private final WgLoop loop;
  private final Thread loopThread;
  private final TunWatch watch;
  private final CompletableFuture<Optional<WgException>> wentUp = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  // Engine loop.
  private final WgSockets sockets;
  private final Settings settings = new Settings();
  private final UapiChanges changes;
  private boolean keyed;
  private boolean interfaceUp;

  /**
   * Starts.
   *
   * @param tun taken over
   */
  public WgInterface(TunDevice tun, int mtuBytes) {
    this.name = tun.name();
    this.tun = tun;
    // The data path wakes a loop that is made after it.
    AtomicReference<Thread> engine = new AtomicReference<>();
    Runnable wakeEngine = () -> LockSupport.unpark(engine.get());
    // A device has a key always. Nobody knows the public half of this one.
    this.device =
        new WireGuardDevice(
            NodePrivateKey.generate(), WireGuardSettings.system(true), new SignalQueue(wakeEngine));
    this.dataPath =
        new DataPath(
            tun,
            null,
            device,
            PacketFilter.NONE,
            RelaySink.NONE,
            mtuBytes,
            wakeEngine,
            this::onTunGone);
    this.sockets = new WgSockets(dataPath::usePorts);
    this.loopThread = new Thread(this::runLoop, "engine-loop");
    this.loop = new WgLoop(device, sockets, dataPath, loopThread);
    this.changes = new UapiChanges(device, settings, loop);
    engine.set(loopThread);
    device.goDown(loop);
    dataPath.start();
    loopThread.start();
    this.watch = TunWatch.start(tun, (up, mtu) -> loop.execute(() -> interfaceIs(up, mtu)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte[] get() {
    return onLoop(() -> UapiState.of(device, settings));
  }

  @Override
  public Optional<UapiFault> set(UapiRequest.Set request) {
    return onLoop(() -> changes.apply(request, BootClock.nowNs()));
  }

  /**
   * Waits until the interface has been up for the first time and its sockets are open.
   *
   * @throws WgException if the UDP port cannot be had
   */
  void awaitUp() {
    try {
      Optional<WgException> failure = wentUp.get(UP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (failure.isPresent()) {
        throw failure.get();
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new WgException("interface " + name + " does not come up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The port peers reach us at, or 0. */
  int port() {
    return onLoop(sockets::port);
  }

  /** Waits until the interface ends, by {@link #close} or because it has been deleted. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Ends {@link #awaitEnd}. */
  public void end() {
    ended.countDown();
  }

  /** Removes the interface and waits for the threads. Further calls have no effect. */
  @Override
  public void close() {
    watch.close();
    dataPath.close();
    loop.stop();
    try {
      loopThread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sockets.close();
    LOG.debug("interface {}: dropped {}", name, device.drops().nonZero());
    device.close();
    end();
  }

  // Engine loop.

  private void interfaceIs(boolean up, int mtu) {
    if (mtu > 0) {
      dataPath.useMtu(mtu);
    }
    if (up != interfaceUp) {
      LOG.debug("interface {} is {}", name, up ? "up" : "down");
    }
    interfaceUp = up;
    if (up) {
      start();
    } else {
      stop();
    }
  }

  private void start() {
    try {
      sockets.open();
      if (keyed) {
        device.goUp(BootClock.nowNs(), loop);
      }
      wentUp.complete(Optional.empty());
    } catch (LinuxException e) {
      String reason = explain(e, sockets.port());
      if (!wentUp.complete(Optional.of(new WgException(reason, e)))) {
        LOG.error("interface {} is up but cannot be reached: {}", name, reason);
      }
    }
  }

  private void stop() {
    if (device.isUp()) {
      device.goDown(loop);
    }
    sockets.close();
  }

  private static String explain(LinuxException e, int port) {
    return e.errno() == Errno.EADDRINUSE
        ? "UDP port " + port + " is in use by another program"
        : e.sentence();
  }

  /** What a client may change besides peers. */
  private final class Settings implements InterfaceSettings {
    @Override
    public Optional<NodePrivateKey> key() {
      return keyed ? Optional.of(device.privateKey()) : Optional.empty();
    }

    @Override
    public int port() {
      return sockets.port();
    }

    @Override
    public int mark() {
      return sockets.mark();
    }

    @Override
    public void useKey(Optional<NodePrivateKey> key) {
      if (keyed && key.isPresent() && key.get().publicKey().equals(device.publicKey())) {
        key.get().close();
        return; // the same one again: sessions go on
      }
      keyed = key.isPresent();
      if (!keyed && device.isUp()) {
        device.goDown(loop);
      }
      device.setPrivateKey(key.orElseGet(NodePrivateKey::generate), BootClock.nowNs(), loop);
      if (interfaceUp && keyed) {
        device.goUp(BootClock.nowNs(), loop);
      }
    }

    @Override
    public Optional<UapiFault> listenOn(int port) {
      if (!interfaceUp && tun.isUp()) {
        interfaceIs(true, 0); // not announced yet, but our caller may rely on it
      }
      return attempt(port, () -> sockets.listenOn(port));
    }

    @Override
    public Optional<UapiFault> useMark(int mark) {
      return attempt(sockets.port(), () -> sockets.useMark(mark));
    }

    private Optional<UapiFault> attempt(int wantedPort, Runnable change) {
      try {
        change.run();
        device.peers().forEach(WireGuardPeer::forgetSource);
        return Optional.empty();
      } catch (LinuxException e) {
        return Optional.of(UapiFault.unavailable(explain(e, wantedPort)));
      }
    }
  }

  private <T> T onLoop(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            result.complete(work.get());
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void runLoop() {
    try {
      loop.run();
    } catch (RuntimeException e) {
      LOG.error("the engine loop ended by a bug", e);
      end();
    }
  }

  private void onTunGone() {
    LOG.info("interface {} has been deleted", name);
    end();
  }
}
