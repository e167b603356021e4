package dev.meshd.tun;

import dev.meshd.linux.EffectiveUser;
import dev.meshd.linux.Errno;
import dev.meshd.linux.Fd;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.Poller;
import dev.meshd.linux.TunFd;
import dev.meshd.linux.WakeFd;
import dev.meshd.linux.netlink.Link;
import dev.meshd.linux.netlink.RouteNetlink;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A virtual interface of the host whose packets we read and write: the overlay's end in the kernel.
 *
 * <p>Packets are whole IP packets in native memory, one per call, without prefix. {@link
 * #PACKET_HEADROOM} bytes before each packet are set aside in the interface of this class, so that
 * a virtio header for offload can be put there without moving packets.
 *
 * <p>One thread reads and one thread writes, at the same time if they like; {@link #close} may come
 * from any thread and wakes the reader. The interface disappears when it is closed, and also when
 * the process dies.
 */
public final class TunDevice implements AutoCloseable {
  /** {@link #read}: nothing waits. */
  public static final int NOTHING = 0;

  /** {@link #read}: the device was closed or its interface deleted. */
  public static final int CLOSED = -1;

  /** Room to leave before each packet in memory passed to {@link #read} and {@link #write}. */
  public static final int PACKET_HEADROOM = 16;

  /**
   * What every IPv4 host must be able to take (RFC 791 section 3.1). Below 1280 the kernel takes
   * IPv6 off an interface (RFC 8200 section 5), which a mesh node therefore never goes below.
   */
  public static final int MIN_MTU = 576;

  public static final int MAX_MTU = 65535;

  private final TunFd fd;
  private final int index;
  private final WakeFd wake = WakeFd.open();
  private final Poller poller = new Poller(2);
  private final int pollTun;
  private final int pollWake;
  private volatile boolean closed;

  private final AtomicLong refusedPackets = new AtomicLong();

  private TunDevice(TunFd fd, int index) {
    this.fd = fd;
    this.index = index;
    pollTun = poller.add(fd.fd());
    pollWake = poller.add(wake.fd());
  }

  /**
   * Creates the interface with that MTU, still down and without addresses.
   *
   * @throws TunException if there is no TUN support, the process lacks CAP_NET_ADMIN, or the name
   *     is in use
   */
  public static TunDevice open(String name, int mtu) {
    if (mtu < MIN_MTU || mtu > MAX_MTU) {
      throw new IllegalArgumentException(
          "the MTU must be " + MIN_MTU + " to " + MAX_MTU + ": " + mtu);
    }
    TunFd fd = openFd(name);
    try (RouteNetlink netlink = RouteNetlink.open()) {
      Link link =
          netlink
              .link(fd.name())
              .orElseThrow(() -> new LinuxException("find interface " + name, Errno.ENODEV));
      netlink.setMtu(link.index(), mtu);
      return new TunDevice(fd, link.index());
    } catch (LinuxException e) {
      fd.close();
      throw new TunException(e.sentence(), e);
    }
  }

  /**
   * Takes over the open descriptor of an interface that another process has made.
   *
   * @throws TunException if it is not one
   */
  public static TunDevice adopt(int descriptor) {
    try (RouteNetlink netlink = RouteNetlink.open()) {
      TunFd fd = TunFd.adopt(descriptor);
      return new TunDevice(fd, netlink.link(fd.name()).map(Link::index).orElse(0));
    } catch (LinuxException e) {
      throw new TunException(e.sentence(), e);
    }
  }

  private static TunFd openFd(String name) {
    try {
      return TunFd.open(name);
    } catch (LinuxException e) {
      throw new TunException(explain(name, e), e);
    }
  }

  private static String explain(String name, LinuxException e) {
    String rights =
        EffectiveUser.isRoot()
            ? "this process lacks the CAP_NET_ADMIN capability"
            : "run as root or grant CAP_NET_ADMIN";
    return switch (e.errno()) {
      case Errno.ENOENT, Errno.ENODEV ->
          TunFd.DEVICE + " does not exist on this machine; load it with: modprobe tun";
      case Errno.EPERM, Errno.EACCES ->
          "creating the network interface " + name + " is not permitted: " + rights;
      case Errno.EBUSY -> "the network interface " + name + " is in use by another running process";
      case Errno.EINVAL -> "the name " + name + " belongs to a network interface of another kind";
      default -> e.sentence();
    };
  }

  /** The interface's name. */
  public String name() {
    return fd.name();
  }

  /** The kernel's number for the interface. */
  public int index() {
    return index;
  }

  /**
   * Whether the interface is switched on, in whatever namespace it is: the kernel tells by whether
   * it takes the beginning of a packet. False when the interface is gone.
   */
  public boolean isUp() {
    return fd.probe() == 0;
  }

  /** What is known of the interface beside its packets. */
  TunFd tunFd() {
    return fd;
  }

  /** To wait for packets in a poller of one's own; {@link #close} does not wake that one. */
  public Fd fd() {
    return fd.fd();
  }

  /**
   * Reads one packet that the host sends into the interface. Never waits.
   *
   * @param capacity bytes free at {@code offset}; a longer packet is cut off, so leave the MTU
   * @return the packet's length, {@link #NOTHING} or {@link #CLOSED}
   */
  public int read(MemorySegment memory, long offset, int capacity) {
    int result = fd.read(memory, offset, capacity);
    if (result > 0) {
      return result;
    }
    if (result == 0 || result == -Errno.EBADFD || result == -Errno.EBADF || closed) {
      return CLOSED;
    }
    return NOTHING;
  }

  /**
   * Gives one packet to the host. Never waits: a packet that the kernel refuses, because the
   * interface is down or memory short, is dropped and counted.
   *
   * @return whether the host took it
   */
  public boolean write(MemorySegment memory, long offset, int length) {
    if (fd.write(memory, offset, length) > 0) {
      return true;
    }
    refusedPackets.incrementAndGet();
    return false;
  }

  /** Packets that the kernel refused in {@link #write}. */
  public long refusedPackets() {
    return refusedPackets.get();
  }

  /**
   * Waits until a packet can be read, at most {@code timeoutNs} or {@link Poller#FOREVER}. For the
   * reading thread.
   *
   * @return whether a read is worth while; false after a timeout, {@link #wakeReader} or {@link
   *     #close}
   */
  public boolean awaitReadable(long timeoutNs) {
    poller.poll(timeoutNs);
    if (poller.isReadable(pollWake)) {
      wake.drain();
    }
    return !closed && poller.isReadable(pollTun);
  }

  /** Ends the reader's current or next {@link #awaitReadable}. From any thread. */
  public void wakeReader() {
    wake.wake();
  }

  public boolean isClosed() {
    return closed;
  }

  /** Removes the interface and wakes the reader. Further calls have no effect. */
  @Override
  public void close() {
    closed = true;
    wake.wake();
    fd.close();
  }

  @Override
  public String toString() {
    return name() + " (interface " + index + ")";
  }
}
