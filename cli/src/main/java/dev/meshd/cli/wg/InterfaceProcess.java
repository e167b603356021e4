package dev.meshd.cli.wg;

import dev.meshd.agent.wg.SocketFileWatch;
import dev.meshd.agent.wg.UapiServer;
import dev.meshd.agent.wg.WgException;
import dev.meshd.agent.wg.WgInterface;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Logging;
import dev.meshd.linux.InheritedFds;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunException;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a WireGuard interface. It ends, taking interface and socket with it, by SIGINT or
 * SIGTERM, when the interface is deleted, and when somebody removes its socket.
 */
final class InterfaceProcess {
  /** What wireguard-go gives an interface: an Ethernet path with IPv6 outside. */
  private static final int MTU = 1420;

  private InterfaceProcess() {}

  /** Runs until the interface ends. */
  static void run(String name, InterfaceEnvironment environment) throws InterruptedException {
    Logging.atLevel(environment.logLevel());
    Logger log = LoggerFactory.getLogger(InterfaceProcess.class);
    CountDownLatch closed = new CountDownLatch(1);
    try (WgInterface tunnel = open(name, environment);
        UapiServer uapi = serve(tunnel, environment)) {
      Optional<SocketFileWatch> watch =
          uapi.file().map(_ -> SocketFileWatch.start(uapi, tunnel::end));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tunnel, closed), "shutdown"));
      log.debug("interface {} is ready", tunnel.name());
      sayReady(environment);
      tunnel.awaitEnd();
      watch.ifPresent(SocketFileWatch::close);
      log.debug("interface {} has ended", tunnel.name());
    } catch (WgException | TunException e) {
      throw new CommandFailure("meshd wg: " + e.getMessage(), e);
    } finally {
      closed.countDown();
    }
  }

  private static WgInterface open(String name, InterfaceEnvironment environment) {
    TunDevice tun =
        environment.tunDescriptor().isPresent()
            ? TunDevice.adopt(environment.tunDescriptor().getAsInt())
            : TunDevice.open(name, MTU);
    return new WgInterface(tun, MTU);
  }

  private static UapiServer serve(WgInterface tunnel, InterfaceEnvironment environment) {
    if (!environment.uapiOnStdin()) {
      return UapiServer.open(tunnel);
    }
    try {
      if (System.inheritedChannel() instanceof ServerSocketChannel listener) {
        return UapiServer.adopt(tunnel, listener);
      }
    } catch (IOException e) {
      throw new WgException("cannot use WG_UAPI_FD: " + e.getMessage(), e);
    }
    throw new WgException("WG_UAPI_FD is not a listening Unix socket");
  }

  /** Tells whoever waits that everything is set up, and lets go of the terminal. */
  private static void sayReady(InterfaceEnvironment environment) {
    if (environment.readyDescriptor().isPresent()) {
      InheritedFds.writeAndClose(environment.readyDescriptor().getAsInt(), "ready\n");
      if (!environment.keepsStreams()) {
        InheritedFds.releaseStandardStreams();
      }
    }
  }

  /** A signal has come, or the process is ending: waits until everything has been removed. */
  private static void stop(WgInterface tunnel, CountDownLatch closed) {
    boolean interrupted = closed.getCount() > 0;
    tunnel.end();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (interrupted) {
      Runtime.getRuntime().halt(0); // being told to end is no failure
    }
  }
}
