package dev.meshd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The character device side of a TUN interface: each read takes one packet that the host routed
 * into the interface, each write puts one packet into the host. Non-blocking.
 *
 * <p>The interface exists as long as the descriptor is open. Reading and writing may happen on two
 * threads at once. Addresses, MTU and routes are set through netlink.
 */
public final class TunFd implements AutoCloseable {
  public static final String DEVICE = "/dev/net/tun";

  /** Longest interface name: IFNAMSIZ without the closing zero. */
  public static final int MAX_NAME_BYTES = 15;

  /** Packets come without the 4-byte prefix of protocol information. */
  static final int IFF_TUN = 0x0001;

  static final int IFF_NO_PI = 0x1000;
  static final int IFF_VNET_HDR = 0x4000;
  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNGETIFF = 0x800454d2L;
  private static final long TUNGETDEVNETNS = 0x54e3L;

  /** IPv4, 20 bytes of header. */
  private static final MemorySegment FIRST_BYTE =
      Arena.global().allocateFrom(ValueLayout.JAVA_BYTE, (byte) 0x45);

  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;

  private final Fd fd;
  private final String name;

  private TunFd(Fd fd, String name) {
    this.fd = fd;
    this.name = name;
  }

  /**
   * Creates the interface {@code name}, or attaches to it if it exists, is persistent and not in
   * use. A name with {@code %d} lets the kernel choose the number.
   *
   * @throws LinuxException ENOENT if there is no TUN device node, EPERM without CAP_NET_ADMIN,
   *     EBUSY if a running process has this interface, EINVAL if the name belongs to another kind
   */
  public static TunFd open(String name) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    if (nameBytes.length == 0 || nameBytes.length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "an interface name has 1 to " + MAX_NAME_BYTES + " bytes: \"" + name + "\"");
    }
    int flags = Layouts.O_RDWR | Layouts.O_CLOEXEC | Layouts.O_NONBLOCK;
    Fd fd = Fd.check("open " + DEVICE, Libc.open(DEVICE, flags));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ifreq = arena.allocate(Layouts.IFREQ_BYTES, 8);
      MemorySegment.copy(nameBytes, 0, ifreq, ValueLayout.JAVA_BYTE, 0, nameBytes.length);
      ifreq.set(ValueLayout.JAVA_SHORT, Layouts.IFREQ_FLAGS, (short) (IFF_TUN | IFF_NO_PI));
      if (Libc.ioctl(fd.number(), TUNSETIFF, ifreq.address()) != 0) {
        throw new LinuxException("create the TUN interface " + name, Libc.errno());
      }
      return new TunFd(fd, ifreq.getString(0));
    } catch (LinuxException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * Takes over an open descriptor of a TUN interface, which the process that started this one has
   * made.
   *
   * @throws LinuxException if it is not one, or one with packet information or virtio headers
   */
  public static TunFd adopt(int number) {
    int flags = Libc.fcntl(number, F_GETFL, 0);
    if (flags < 0 || Libc.fcntl(number, F_SETFL, flags | Layouts.O_NONBLOCK) < 0) {
      throw new LinuxException("use file descriptor " + number, Libc.errno());
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ifreq = arena.allocate(Layouts.IFREQ_BYTES, 8);
      if (Libc.ioctl(number, TUNGETIFF, ifreq.address()) != 0) {
        throw new LinuxException("use file descriptor " + number + " as a TUN", Libc.errno());
      }
      int kind = ifreq.get(ValueLayout.JAVA_SHORT, Layouts.IFREQ_FLAGS);
      if ((kind & (IFF_TUN | IFF_NO_PI | IFF_VNET_HDR)) != (IFF_TUN | IFF_NO_PI)) {
        throw new LinuxException(
            "use file descriptor " + number + " as a TUN of plain packets", Errno.EINVAL);
      }
      return new TunFd(new Fd(number), ifreq.getString(0));
    }
  }

  public Fd fd() {
    return fd;
  }

  /**
   * The interface's name now: somebody may have renamed it.
   *
   * @throws LinuxException EBADFD if the interface is gone
   */
  public String currentName() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ifreq = arena.allocate(Layouts.IFREQ_BYTES, 8);
      if (Libc.ioctl(fd.number(), TUNGETIFF, ifreq.address()) != 0) {
        throw new LinuxException("ask for the name of " + name, Libc.errno());
      }
      return ifreq.getString(0);
    }
  }

  /**
   * The namespace the interface is in now: somebody may have moved it.
   *
   * @throws LinuxException EBADFD if the interface is gone, EPERM without CAP_NET_ADMIN there,
   *     EINVAL if the kernel cannot tell (before Linux 5.2)
   */
  public NetworkNamespace namespace() {
    int result = Libc.ioctl(fd.number(), TUNGETDEVNETNS, 0);
    if (result < 0) {
      throw new LinuxException("find the network namespace of " + name, Libc.errno());
    }
    return new NetworkNamespace(new Fd(result));
  }

  /** The interface's name as the kernel gave it. */
  public String name() {
    return name;
  }

  /**
   * Reads one packet into {@code capacity} bytes of native memory; a longer packet is cut off.
   *
   * @return its length, or the error number negated: -EAGAIN if none waits, -EBADFD if the
   *     interface is gone; 0 after {@link #close}
   */
  public int read(MemorySegment memory, long offset, int capacity) {
    long result = Libc.read(fd.number(), memory.address() + offset, capacity);
    return result >= 0 ? (int) result : -Libc.errno();
  }

  /**
   * Writes one packet from native memory.
   *
   * @return its length, or the error number negated: -EIO if the interface is down, -EINVAL if it
   *     is not an IP packet, -EBADFD if the interface is gone
   */
  public int write(MemorySegment memory, long offset, int length) {
    long result = Libc.write(fd.number(), memory.address() + offset, length);
    return result >= 0 ? (int) result : -Libc.errno();
  }

  /**
   * Asks whether the interface is switched on, in whatever namespace it is, by writing the first
   * byte of an IPv4 packet: switched off it takes nothing, switched on it takes the byte, and the
   * host drops it as a packet cut short.
   *
   * @return 0 if it is on; -EIO if it is off; another error number, negated, if it is gone
   */
  public int probe() {
    int result = write(FIRST_BYTE, 0, 1);
    return result >= 0 || result == -Errno.EINVAL ? 0 : result;
  }

  @Override
  public void close() {
    fd.close();
  }
}
