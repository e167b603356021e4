package dev.meshd.agent.wg;

import dev.meshd.linux.LinuxException;
import dev.meshd.linux.UdpFd;
import dev.meshd.linux.UdpOptions;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.packet.Endpoint;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The UDP sockets of a tunnel, which are open while its interface is up. They are opened in the
 * network namespace of the thread that asks, which is the one the process was started in, wherever
 * the interface may be.
 *
 * <p>A port that was once given by chance is asked for again after the interface was down. Engine
 * loop.
 */
final class WgSockets {
  private static final UdpOptions OPTIONS =
      UdpOptions.DEFAULTS.withReceiveOffload(true).withSourceAddresses(true);

  private final Consumer<@Nullable UdpPorts> publish;
  private int port;
  private int mark;
  private boolean wanted;
  private @Nullable UdpPorts open;

  /**
   * @param publish tells the data path which sockets to use; what was used before may be closed
   *     when it returns
   */
  WgSockets(Consumer<@Nullable UdpPorts> publish) {
    this.publish = publish;
  }

  /** The port in use or to be used, 0 as long as any will do. */
  int port() {
    return port;
  }

  /** An unsigned number, 0 for none. */
  int mark() {
    return mark;
  }

  /** The socket that can send to the endpoint, or null. */
  @Nullable UdpFd socketFor(Endpoint to) {
    UdpPorts ports = open;
    return ports == null ? null : ports.socketFor(to);
  }

  /**
   * Opens the sockets if they are not open.
   *
   * @throws LinuxException EADDRINUSE if the port is taken
   */
  void open() {
    wanted = true;
    if (open == null) {
      use(UdpPorts.open(port, OPTIONS.withMark(mark)));
    }
  }

  void close() {
    wanted = false;
    use(null);
  }

  /**
   * Changes the port. When sockets are open or should be, they are opened on the new one before the
   * old ones are closed, so that a port which cannot be had changes nothing.
   *
   * @param newPort 0 for any free one
   * @throws LinuxException EADDRINUSE if the port is taken
   */
  void listenOn(int newPort) {
    boolean same = open != null && newPort == open.port();
    if (wanted && !same) {
      use(UdpPorts.open(newPort, OPTIONS.withMark(mark)));
    } else {
      port = newPort;
    }
  }

  /**
   * Changes the firewall mark of what is sent.
   *
   * @throws LinuxException EPERM without CAP_NET_ADMIN
   */
  void useMark(int newMark) {
    if (open != null) {
      open.v4().ifPresent(socket -> socket.setMark(newMark));
      open.v6().ifPresent(socket -> socket.setMark(newMark));
    }
    mark = newMark;
  }

  private void use(@Nullable UdpPorts ports) {
    Optional<UdpPorts> before = Optional.ofNullable(open);
    open = ports;
    if (ports != null) {
      port = ports.port();
    }
    publish.accept(ports);
    before.ifPresent(UdpPorts::close);
  }
}
