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
  private static final long TUNSETIFF = 0x400454caL;

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

  public Fd fd() {
    return fd;
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

  @Override
  public void close() {
    fd.close();
  }
}
