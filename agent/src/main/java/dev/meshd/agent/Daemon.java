package dev.meshd.agent;

import dev.meshd.agent.backend.Backend;
import dev.meshd.agent.backend.BackendApi;
import dev.meshd.agent.backend.ControlConnector;
import dev.meshd.agent.diagnostics.ServiceLog;
import dev.meshd.agent.localapi.server.AccessRules;
import dev.meshd.agent.localapi.server.LocalApiServer;
import dev.meshd.agent.node.MeshNode;
import dev.meshd.agent.state.SealedFile;
import dev.meshd.agent.state.StateDirectory;
import dev.meshd.agent.state.StateStore;
import dev.meshd.agent.state.TimestampReserve;
import dev.meshd.control.client.ControlServices;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.linux.EffectiveUser;
import dev.meshd.linux.Errno;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.UdpOptions;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunException;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.security.Security;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running daemon: opens its parts in the order of their dependencies and closes them in
 * reverse. A part that cannot be opened closes those before it.
 */
public final class Daemon implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Daemon.class);

  /**
   * Below it the kernel takes IPv6 off an interface; above it not every path carries our packets.
   */
  private static final int MTU = 1280;

  private final Deque<Part> parts = new ArrayDeque<>();
  private final BackendApi api;

  /** Something to close, and its name for the log. */
  private record Part(String name, AutoCloseable resource) {}

  private Daemon(DaemonOptions options, ServiceLog serviceLog)
      throws IOException, DaemonStartException {
    try {
      this.api = open(options, serviceLog);
    } catch (IOException | DaemonStartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts the daemon and returns when the local API answers.
   *
   * @param serviceLog the log of this process
   * @throws DaemonStartException with a sentence for the user
   */
  public static Daemon start(DaemonOptions options, ServiceLog serviceLog)
      throws DaemonStartException {
    forgetFailedLookups();
    try {
      return new Daemon(options, serviceLog);
    } catch (IOException | TunException e) {
      throw new DaemonStartException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What the daemon is doing, in one line. */
  public String statusLine() {
    return api.statusLine();
  }

  /** Whether all threads that must not stand still answer. Blocks for some seconds at most. */
  public boolean isResponsive() {
    try {
      return api.isResponsive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Makes the JDK forget after a second that a name could not be resolved. Its default of ten
   * seconds would keep a machine away from its server and relays after the network has come back.
   */
  private static void forgetFailedLookups() {
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }

  private BackendApi open(DaemonOptions options, ServiceLog serviceLog)
      throws IOException, DaemonStartException {
    StateDirectory directory =
        keep("state directory", StateDirectory.open(options.stateDirectory()));
    StateStore store = StateStore.open(directory);
    store.repaired().ifPresent(sentence -> log.warn("{}", sentence));
    TimestampReserve timestamps = TimestampReserve.open(directory);
    if (LocalApiServer.isServed(options.socket())) {
      throw new LocalApiServer.SocketTakenException(options.socket());
    }
    probeInterface(options.interfaceName());
    UdpPorts ports = keep("UDP sockets", openPorts(options));
    EventLoopGroup eventLoops = DerpClientConfig.newEventLoops(1, "network");
    keep(
        "network threads",
        () -> eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS));
    SystemTrust trust = SystemTrust.load();
    Backend backend =
        keep(
            "backend",
            new Backend(
                store,
                new SealedFile(directory.file(StateStore.NETMAP_CACHE), store.state().stateKey()),
                timestamps,
                new MeshNode.Underlay(
                    options.interfaceName(),
                    MTU,
                    ports,
                    DerpClientConfig.system(eventLoops).withTrust(trust.context()),
                    timestamps),
                new ControlConnector(eventLoops, trust, ControlServices.NONE),
                options.version()));
    BackendApi api = new BackendApi(backend, serviceLog, options.version());
    AccessRules rules =
        new AccessRules(
            Files.getOwner(directory.file("")), () -> store.state().prefs().operatorUser());
    keep("local API", LocalApiServer.open(options.socket(), rules, api));
    backend.start();
    api.setReady();
    log.info("meshd {} is up: socket {}, {}", options.version(), options.socket(), ports);
    return api;
  }

  /** Finds out now, and not at the first login, whether the interface can be made. */
  private static void probeInterface(String name) throws DaemonStartException {
    try {
      TunDevice.open(name, MTU).close();
    } catch (TunException e) {
      String sentence = String.valueOf(e.getMessage());
      boolean saysRoot = EffectiveUser.isRoot() || sentence.contains("root");
      throw new DaemonStartException(
          saysRoot ? sentence : sentence + "; run the daemon as root", e);
    }
  }

  private static UdpPorts openPorts(DaemonOptions options) throws DaemonStartException {
    int port = options.port().orElse(DaemonOptions.DEFAULT_PORT);
    UdpOptions udp = UdpOptions.DEFAULTS.withReceiveOffload(true);
    try {
      return UdpPorts.open(port, udp);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EADDRINUSE) {
        throw new DaemonStartException("cannot open a UDP socket: " + e.sentence(), e);
      }
      if (options.port().isPresent()) {
        throw new DaemonStartException(
            "UDP port " + port + " is already in use; choose another with --port", e);
      }
      log.info("UDP port {} is in use; taking any free one", port);
      return UdpPorts.open(0, udp);
    }
  }

  private <T extends AutoCloseable> T keep(String name, T resource) {
    parts.push(new Part(name, resource));
    return resource;
  }

  /** Closes everything, last opened first; a part that fails does not keep the others open. */
  @Override
  public void close() {
    for (Part part = parts.poll(); part != null; part = parts.poll()) {
      try {
        part.resource().close();
      } catch (Exception e) {
        log.error("closing the {} failed", part.name(), e);
      }
    }
  }
}
