package dev.meshd.tun;

import dev.meshd.linux.Errno;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.NetworkNamespace;
import dev.meshd.linux.Poller;
import dev.meshd.linux.TunFd;
import dev.meshd.linux.WakeFd;
import dev.meshd.linux.netlink.Link;
import dev.meshd.linux.netlink.NetlinkEvent;
import dev.meshd.linux.netlink.NetlinkMonitor;
import dev.meshd.linux.netlink.RouteNetlink;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when our own interface is switched on or off or has another MTU, whoever does that, and
 * also after it was moved to another network namespace or renamed.
 *
 * <p>The descriptor of the TUN device says in which namespace the interface is. This thread enters
 * it, subscribes to the kernel's announcements, and only then looks at the interface, so that no
 * change can be missed; when it is announced to have left, it follows. Where the process may not
 * enter the namespace, the interface is asked by a write once a second instead ({@link
 * TunFd#probe}).
 *
 * <p>That the interface was deleted ends the watch; whoever reads packets learns it too. Runs a
 * thread of its own, which stays in the interface's namespace and on which the listener is called.
 */
public final class TunWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TunWatch.class);
  private static final long PROBE_NS = TimeUnit.SECONDS.toNanos(1);

  /** Between an interface leaving one namespace and its being seen in the next. */
  private static final long MOVING_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final TunFd tun;
  private final Listener listener;
  private final WakeFd wake = WakeFd.open();
  private final Thread thread;
  private volatile boolean closed;

  /** Hears of the interface's state, once at the start and whenever it may have changed. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param mtu bytes, or 0 if it is not known
     */
    void onState(boolean up, int mtu);
  }

  private TunWatch(TunDevice device, Listener listener) {
    this.tun = device.tunFd();
    this.listener = listener;
    this.thread = new Thread(this::run, "tun-watch");
  }

  public static TunWatch start(TunDevice device, Listener listener) {
    TunWatch watch = new TunWatch(device, listener);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (!closed) {
        follow();
      }
    } catch (LinuxException e) {
      if (!closed && !isGone(e)) {
        LOG.error("no longer watching interface {}: {}", tun.name(), e.sentence());
      }
    } finally {
      wake.close();
    }
  }

  /** Watches the interface where it is now, until it is elsewhere. */
  private void follow() {
    boolean followed = enterNamespace();
    try (NetlinkMonitor monitor = NetlinkMonitor.open();
        RouteNetlink netlink = RouteNetlink.open()) {
      Optional<Link> link = netlink.link(tun.currentName());
      if (link.isPresent()) {
        tell(link.get());
        watch(monitor, netlink, link.get().index());
      } else if (followed) {
        LockSupport.parkNanos(MOVING_NS); // it has just moved on
      } else {
        probe();
      }
    }
  }

  /** Enters the interface's namespace; false if this process may not. */
  private boolean enterNamespace() {
    try (NetworkNamespace namespace = tun.namespace()) {
      if (!namespace.isCurrent()) {
        namespace.enter();
      }
      return true;
    } catch (LinuxException e) {
      if (isGone(e)) {
        throw e;
      }
      LOG.debug("interface {}: {}; watching from where we are", tun.name(), e.sentence());
      return false;
    }
  }

  /** Passes on what is announced until the interface leaves this namespace. */
  private void watch(NetlinkMonitor monitor, RouteNetlink netlink, int index) {
    Poller poller = new Poller(2);
    poller.add(monitor.fd());
    poller.add(wake.fd());
    while (!closed) {
      poller.poll(Poller.FOREVER);
      for (NetlinkEvent event : monitor.read(0)) {
        if (event instanceof NetlinkEvent.LinkRemoved(Link link) && link.index() == index) {
          return;
        }
        if (event instanceof NetlinkEvent.LinkChanged(Link link) && link.index() == index) {
          tell(link);
        }
        if (event instanceof NetlinkEvent.Overrun) {
          Optional<Link> now = netlink.link(index);
          if (now.isEmpty()) {
            return;
          }
          tell(now.get());
        }
      }
    }
  }

  /** Asks the interface itself, where it cannot be looked at. */
  private void probe() {
    int result = tun.probe();
    if (result == 0) {
      listener.onState(true, 0);
    } else if (result == -Errno.EIO) {
      listener.onState(false, 0);
    } else {
      throw new LinuxException("ask interface " + tun.name() + " for its state", -result);
    }
    Poller poller = new Poller(1);
    poller.add(wake.fd());
    poller.poll(PROBE_NS);
  }

  private void tell(Link link) {
    listener.onState(link.isUp(), link.mtu());
  }

  private static boolean isGone(LinuxException e) {
    return e.errno() == Errno.EBADFD || e.errno() == Errno.EBADF || e.errno() == Errno.ENOTTY;
  }

  @Override
  public void close() {
    closed = true;
    wake.wake();
  }
}
