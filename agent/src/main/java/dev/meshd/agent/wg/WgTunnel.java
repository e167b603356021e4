package dev.meshd.agent.wg;

import dev.meshd.agent.datapath.DataPath;
import dev.meshd.agent.datapath.RelaySink;
import dev.meshd.engine.datapath.PacketFilter;
import dev.meshd.linux.BootClock;
import dev.meshd.linux.Errno;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.UdpOptions;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.packet.IpPrefix;
import dev.meshd.tun.InterfaceConfig;
import dev.meshd.tun.InterfaceSetup;
import dev.meshd.tun.StaleInterface;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunException;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.WireGuardSettings;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running plain tunnel: interface, sockets, device, and the three threads. {@link #open} brings
 * it up completely or not at all; {@link #close} takes it down, interface and routes included.
 * {@link #close} and {@link #awaitEnd} may come from any thread.
 */
public final class WgTunnel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WgTunnel.class);
  private static final long JOIN_MS = TimeUnit.SECONDS.toMillis(5);

  private final String name;
  private final UdpPorts ports;
  private final InterfaceSetup setup;
  private final WireGuardDevice device;
  private final DataPath dataPath;
  private final WgLoop loop;
  private final Thread loopThread;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * Brings a tunnel up.
   *
   * @param interfaceName the interface to create
   * @throws WgException with a sentence when an interface, port or address cannot be had
   */
  public static WgTunnel open(String interfaceName, WgConfig config) {
    try {
      return openOrThrow(interfaceName, config);
    } catch (TunException e) {
      throw new WgException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Removes the interface of a tunnel whose process is gone; false if there is none.
   *
   * @throws WgException if that needs more rights
   */
  public static boolean removeLeftover(String interfaceName) {
    try {
      return StaleInterface.remove(interfaceName) == StaleInterface.Outcome.REMOVED;
    } catch (TunException e) {
      throw new WgException(String.valueOf(e.getMessage()), e);
    }
  }

  private static WgTunnel openOrThrow(String interfaceName, WgConfig config) {
    TunDevice tun = TunDevice.open(interfaceName, config.mtuBytes());
    UdpPorts ports = null;
    try {
      ports = openPorts(config.listenPort());
      WgTunnel tunnel = new WgTunnel(tun, ports, config);
      try {
        tunnel.start(config);
        return tunnel;
      } catch (RuntimeException e) {
        tunnel.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tun.close();
      if (ports != null) {
        ports.close();
      }
      throw e;
    }
  }

  private WgTunnel(TunDevice tun, UdpPorts ports, WgConfig config) {
    this.name = tun.name();
    this.ports = ports;
    this.setup = new InterfaceSetup(tun);
    // The data path wakes a loop that is made after it.
    AtomicReference<Thread> engine = new AtomicReference<>();
    Runnable wakeEngine = () -> LockSupport.unpark(engine.get());
    this.device =
        new WireGuardDevice(
            config.privateKey(), WireGuardSettings.system(true), new SignalQueue(wakeEngine));
    this.dataPath =
        new DataPath(
            tun,
            ports,
            device,
            PacketFilter.NONE,
            RelaySink.NONE,
            config.mtuBytes(),
            wakeEngine,
            this::onTunGone);
    this.loopThread = new Thread(this::runLoop, "engine-loop");
    this.loop = new WgLoop(device, ports, dataPath, loopThread);
    engine.set(loopThread);
  }

  private void start(WgConfig config) {
    for (WgPeerConfig peer : config.peers()) {
      add(peer);
    }
    setup.apply(new InterfaceConfig(new HashSet<>(config.addresses()), routes(config)));
    dataPath.start();
    loopThread.start();
    LOG.info("interface {} up, UDP port {}, {} peers", name, ports.port(), config.peers().size());
  }

  private void add(WgPeerConfig config) {
    if (config.publicKey().equals(device.publicKey())) {
      throw new WgException("a [Peer] has the public key of this interface itself");
    }
    WireGuardPeer peer = device.addPeer(config.publicKey(), BootClock.nowNs());
    device.setPresharedKey(peer, config.presharedKey());
    device.setAllowedIps(peer, config.allowedIps());
    config.endpoint().ifPresent(endpoint -> peer.publishPath(resolve(endpoint)));
    device.setPersistentKeepalive(peer, config.persistentKeepalive(), BootClock.nowNs(), loop);
  }

  private static PeerPath resolve(HostAndPort endpoint) {
    try {
      return PeerPath.direct(endpoint.resolve());
    } catch (UnknownHostException e) {
      throw new WgException("the endpoint " + endpoint + " cannot be found: no such host", e);
    }
  }

  private static Set<IpPrefix> routes(WgConfig config) {
    Set<IpPrefix> routes = new HashSet<>();
    if (config.routes()) {
      for (WgPeerConfig peer : config.peers()) {
        for (IpPrefix prefix : peer.allowedIps()) {
          if (prefix.isDefaultRoute()) {
            LOG.warn("{} is allowed but not routed: default routes are left to you", prefix);
          } else {
            routes.add(prefix);
          }
        }
      }
    }
    return routes;
  }

  private static UdpPorts openPorts(int port) {
    try {
      return UdpPorts.open(port, UdpOptions.DEFAULTS.withReceiveOffload(true));
    } catch (LinuxException e) {
      if (e.errno() == Errno.EADDRINUSE) {
        throw new WgException("UDP port " + port + " is in use by another program", e);
      }
      throw new WgException(e.sentence(), e);
    }
  }

  /** The port peers reach us at. */
  public int port() {
    return ports.port();
  }

  /** Waits until the tunnel ends, by {@link #close} or because its interface has been deleted. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Takes everything down and waits for the threads. Further calls have no effect. */
  @Override
  public void close() {
    dataPath.close();
    loop.stop();
    try {
      loopThread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ports.close();
    setup.close();
    device.close();
    ended.countDown();
  }

  private void runLoop() {
    try {
      loop.run();
    } catch (RuntimeException e) {
      LOG.error("the engine loop ended by a bug", e);
      ended.countDown();
    }
  }

  private void onTunGone() {
    LOG.info("interface {} has been deleted", name);
    ended.countDown();
  }
}
