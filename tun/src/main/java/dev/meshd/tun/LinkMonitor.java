package dev.meshd.tun;

import dev.meshd.linux.BootClock;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.Poller;
import dev.meshd.linux.WakeFd;
import dev.meshd.linux.netlink.Link;
import dev.meshd.linux.netlink.NetlinkEvent;
import dev.meshd.linux.netlink.NetlinkMonitor;
import dev.meshd.linux.netlink.Route;
import dev.meshd.linux.netlink.RouteNetlink;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when the underlay changed: an interface came or went, an address or the default route is
 * another, or the machine slept.
 *
 * <p>The kernel's announcements only start a look; what counts is whether the {@link NetworkState}
 * read afterwards differs from the last. Announcements come in bursts, so the look waits until
 * {@value #QUIET_MS} ms passed without one, but no longer than {@value #MAX_DELAY_MS} ms after the
 * first. Announcements about our own interface are ignored. Sleep is noticed by the boot clock
 * running ahead of the monotonic clock.
 *
 * <p>Runs a thread of its own, on which the listener is called; the listener must return soon.
 */
public final class LinkMonitor implements AutoCloseable {
  static final int QUIET_MS = 150;
  static final int MAX_DELAY_MS = 1000;

  private static final long MS = 1_000_000L;

  /** How often sleep is looked for when nothing is announced. */
  private static final long SLEEP_CHECK_NS = 5_000 * MS;

  /** Clocks that part by more than this mean that the machine slept. */
  private static final long SLEPT_NS = 2_000 * MS;

  private static final long RETRY_NS = 1_000 * MS;

  private static final Logger LOG = LoggerFactory.getLogger(LinkMonitor.class);

  /** Hears of changes. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param slept whether the machine slept since the last call; then {@code after} may equal
     *     {@code before}
     */
    void onNetworkChange(NetworkState before, NetworkState after, boolean slept);
  }

  private final String ownInterface;
  private final Listener listener;
  private final NetlinkMonitor monitor = NetlinkMonitor.open();
  private final RouteNetlink netlink = RouteNetlink.open();
  private final WakeFd wake = WakeFd.open();
  private final Poller poller = new Poller(2);
  private final int pollMonitor = poller.add(monitor.fd());
  private final Poller pause = new Poller(1);
  private volatile boolean closed;
  private volatile NetworkState state;

  // Owned by the monitor's thread.
  private long bootAheadNs = bootAheadNs();
  private int ownIndex;

  private LinkMonitor(String ownInterface, Listener listener) {
    this.ownInterface = ownInterface;
    this.listener = listener;
    poller.add(wake.fd());
    pause.add(wake.fd());
    state = NetworkState.read(netlink, ownInterface);
  }

  /**
   * Starts watching; {@link #state} is known on return.
   *
   * @param ownInterface the name of our TUN interface
   */
  public static LinkMonitor start(String ownInterface, Listener listener) {
    LinkMonitor monitor = new LinkMonitor(ownInterface, listener);
    Thread.ofPlatform().name("LinkMonitor").daemon().start(monitor::run);
    return monitor;
  }

  /** The state last read. From any thread. */
  public NetworkState state() {
    return state;
  }

  private void run() {
    try {
      while (!closed) {
        watchOrPause();
      }
    } finally {
      monitor.close();
      netlink.close();
      wake.close();
    }
  }

  private void watchOrPause() {
    try {
      watch();
    } catch (LinuxException e) {
      if (!closed) {
        LOG.warn("cannot look at the network, will try again: {}", e.getMessage());
        pause.poll(RETRY_NS);
      }
    }
  }

  private void watch() {
    ownIndex = netlink.link(ownInterface).map(Link::index).orElse(0);
    boolean relevant = waitForAnnouncement(SLEEP_CHECK_NS);
    if (relevant) {
      awaitQuiet();
    }
    boolean slept = slept();
    if (closed || !(relevant || slept)) {
      return;
    }
    NetworkState before = state;
    NetworkState after = NetworkState.read(netlink, ownInterface);
    if (slept || !after.equals(before)) {
      state = after;
      listener.onNetworkChange(before, after, slept);
    }
  }

  /** Waits for one datagram of announcements; true if any could matter. */
  private boolean waitForAnnouncement(long timeoutNs) {
    poller.poll(timeoutNs);
    if (closed || !poller.isReadable(pollMonitor)) {
      return false;
    }
    List<NetlinkEvent> events = monitor.read(0);
    return events.stream().anyMatch(this::matters);
  }

  private void awaitQuiet() {
    long deadlineNs = System.nanoTime() + MAX_DELAY_MS * MS;
    long leftNs = MAX_DELAY_MS * MS;
    while (!closed && leftNs > 0 && poller.poll(Math.min(leftNs, QUIET_MS * MS)) > 0) {
      monitor.read(0);
      leftNs = deadlineNs - System.nanoTime();
    }
  }

  private boolean matters(NetlinkEvent event) {
    return switch (event) {
      case NetlinkEvent.LinkChanged changed -> changed.link().index() != ownIndex;
      case NetlinkEvent.LinkRemoved removed -> removed.link().index() != ownIndex;
      case NetlinkEvent.AddressAdded added -> added.address().interfaceIndex() != ownIndex;
      case NetlinkEvent.AddressRemoved removed -> removed.address().interfaceIndex() != ownIndex;
      case NetlinkEvent.RouteAdded added -> matters(added.route());
      case NetlinkEvent.RouteRemoved removed -> matters(removed.route());
      case NetlinkEvent.Overrun() -> true;
    };
  }

  private boolean matters(Route route) {
    return route.interfaceIndex() != ownIndex && route.isDefault();
  }

  private boolean slept() {
    long aheadNs = bootAheadNs();
    boolean slept = aheadNs - bootAheadNs > SLEPT_NS;
    bootAheadNs = aheadNs;
    return slept;
  }

  private static long bootAheadNs() {
    return BootClock.nowNs() - System.nanoTime();
  }

  /** Stops watching; the listener may still be in a call that began earlier. */
  @Override
  public void close() {
    closed = true;
    wake.wake();
  }
}
